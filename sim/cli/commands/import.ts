import type { Command } from '../command.ts';
import { outputOptions } from '../options.ts';

export const importCommand: Command = {
  name: 'import',
  usage: '<file..>',
  about:
    'Make a scenario of manifests: Envoy, Istio, Gateway API, Linkerd, Kubernetes, KEDA, Knative, Resilience4j, .NET',
  positionals: {
    file: { type: 'string', array: true, describe: 'Manifests (YAML or JSON); what belongs together, together' },
  },
  options: {
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'Write the scenario to this file, and show what became of each field',
    },
    name: { type: 'string', requiresArg: true, describe: 'What the scenario is called' },
    force: { type: 'boolean', describe: 'Write over a file that is there' },
    strict: { type: 'boolean', describe: 'Exit code 1 if a field was not understood' },
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html']),
  },
  examples: [
    ['$0 import k8s/*.yaml --out shop.yaml', 'one scenario of all of them'],
    ['$0 import application.yml', 'the scenario on stdout, what was not understood on stderr'],
  ],
  run: async (args) => (await import('../actions/import.ts')).importFiles(args),
};
