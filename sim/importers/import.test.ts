import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Registry } from '../controllers/registry.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import { importManifests } from './import.ts';
import { ManifestError } from './manifest.ts';
import { imported } from './testing/imported.ts';

const HPA = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: api }
spec: { scaleTargetRef: { name: api }, maxReplicas: 4 }
`;

describe('an import', () => {
  it('says of every value where it comes from, or that it is assumed', () => {
    const values = imported(HPA)
      .text.split('\n')
      .slice(imported(HPA).text.split('\n').indexOf('world:'))
      .filter((line) => /^ +[\w-]+: \S/.test(line))
      .filter((line) => !/^ +(-? ?name|from|to|kind|policy|service|layers): /.test(line.replace('- ', '')));
    expect(values.length).toBeGreaterThan(8);
    for (const line of values) expect(line).toMatch(/# (m\.yaml:\d+|assumed|[a-z].*)/);
  });

  it('drops nothing in silence: each field is mapped, without effect, or told of', () => {
    const { warnings } = imported(HPA.replace('maxReplicas: 4', 'maxReplicas: 4, oddity: { a: 1, b: 2 }, other: 3'));
    expect(warnings).toEqual([
      '4: spec.oddity: not understood: no setting of a scenario takes it',
      '4: spec.other: not understood: no setting of a scenario takes it',
    ]);
  });

  it('tells of documents that nobody knows, and of lists of them', () => {
    const { warnings } = imported(`apiVersion: v1\nkind: List\nitems:\n- { apiVersion: x/v1, kind: Odd }\n---\n${HPA}`);
    // A List of the core API is taken apart.
    expect(warnings).toEqual(['4: : `Odd` of x/v1 is not known']);
  });

  it('refuses what holds nothing that it knows, and what is no YAML', () => {
    const run = (text: string) => () => importManifests([{ file: 'x.yaml', text }], new Registry());
    expect(run('kind: Odd\n')).toThrow(ManifestError);
    expect(run('kind: Odd\n')).toThrow(/^x\.yaml: nothing here can be imported \(known: Kubernetes Deployment, /);
    expect(run('a: [1\n')).toThrow(/^x\.yaml:\d+:\d+: not valid YAML: /);
    expect(run('')).toThrow(ManifestError);
  });

  it('gives names that a scenario can hold, each once', () => {
    const two = HPA.replaceAll('name: api', 'name: 9.api').replace('{ name: 9.api }\nspec', '{ name: a }\nspec');
    const { scenario } = imported(two, two);
    expect(scenario.designs[0].autoscalers.map(({ name }) => name)).toEqual(['service-hpa', 'service-hpa-2']);
  });
});

/** Public manifests of the products themselves, where somebody has laid them beside the project. */
const PUBLIC = fileURLToPath(new URL('../../../shared/manifests', import.meta.url));

describe.runIf(existsSync(PUBLIC))('the public manifests beside the project', () => {
  const files = existsSync(PUBLIC) ? readdirSync(PUBLIC).filter((file) => /\.(ya?ml|json)$/.test(file)) : [];
  const registry = new Registry();
  const read = (file: string) => ({ file, text: readFileSync(`${PUBLIC}/${file}`, 'utf8') });

  it.each(files)('%s becomes a scenario that can be read', (file) => {
    const { scenario } = importManifests([read(file)], registry);
    expect(readScenario(scenario, file, { registry }).world.services.length).toBeGreaterThan(0);
  });

  it('become one scenario, all together', () => {
    const { scenario, mapped } = importManifests(files.map(read), registry);
    expect(readScenario(scenario, 'all', { registry }).designs[0].edges.length).toBeGreaterThan(10);
    expect(mapped.length).toBeGreaterThan(150);
  });
});
