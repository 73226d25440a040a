import { readFileSync } from 'node:fs';
import { Registry } from '../controllers/registry.ts';
import { bareDesign } from '../scenario/scenario.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
const registry = new Registry();
const file = process.argv[2] ?? 'scenarios/load-balancer-chaos.yaml';
const s = readScenario(readFileSync(file, 'utf8'), file, { registry, set: JSON.parse(process.argv[3] ?? '{}') });
for (const verdicts of [false, true])
  for (const d of [bareDesign(s), ...s.designs]) {
    for (let r = 0; r < (verdicts ? 1 : 2); r++) {
      const t = performance.now();
      const sim = new Simulation(
        {
          world: s.world,
          design: d,
          seed: s.seed,
          rekey: '',
          measure: { verdicts, log: false, timeline: 0, trace: [] },
        },
        registry,
      );
      sim.finish();
      const ms = performance.now() - t;
      const m = sim.measurement;
      console.log(
        d.name.padEnd(14),
        (m.offered / ms).toFixed(0) + 'k/s',
        'success',
        ((m.outcomes[0] / m.offered) * 100).toFixed(3),
        [...m.outcomes].join(' '),
        [...m.rejectedBy].join(','),
        m.digest.toString(),
        sim.world.kernel.handled / m.offered,
      );
      if (verdicts) {
        for (const c of sim.ledger!.conflicts.list()) console.log('    ', JSON.stringify(c));
        sim.ledger!.layers.forEach((l, i) =>
          console.log(
            '    ',
            sim.identities[i].name,
            l.decisions,
            [...l.wrong].join(' '),
            (l.staleness.quantile(0.5) / 1e6).toFixed(0) + 'ms',
            'err',
            (l.beliefErrorSum / l.beliefErrors).toFixed(2),
            'rev',
            l.reversals,
            'reach',
            l.reached / l.intended,
          ),
        );
      }
    }
  }
