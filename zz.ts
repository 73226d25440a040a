import { loaderOf, readLibrary } from './sim/experiments/validation/library.node.ts';
const load = loaderOf('scenarios/validation'); const cases = readLibrary('scenarios/validation');
const fam = new Map<string, number[]>(); let short=0; const seen=new Set<string>();
for (const c of cases) for (const p of c.points) { const key=JSON.stringify(p); if(seen.has(key)) continue; seen.add(key);
  const s = await load(p); const a = s.world.traffic[0].arrivals as any; const rate = a.rate ?? (a.points?.at(-1).rate) ?? 0;
  const n = rate * s.world.duration/1e9 * s.replications/1e6; const f=c.name.split('/')[0]; const r=fam.get(f)??[0,0]; r[0]+=n; r[1]++; fam.set(f,r); if(c.short) short+=n; }
let t=0; for(const [f,[n,k]] of fam){console.log(f.padEnd(30),k,n.toFixed(1)); t+=n;} console.log('total M',t,'short',short, cases.length,'cases', cases.reduce((s,c)=>s+c.figures.length,0));
