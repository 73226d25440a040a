import type { SweepJob } from './sweep-job.ts';
import { quoted } from './sweep-job.ts';

/** A Slurm array job: `sbatch` it where scenario and folder are on a file system that all nodes share. */
export function slurmArray({ scenario, folder, shards, words }: SweepJob): string {
  const command = ['overcontrol', 'sweep', scenario, ...words, '--out', folder].map(quoted).join(' ');
  return `#!/bin/bash
#SBATCH --job-name=overcontrol-sweep
#SBATCH --array=1-${shards}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --output=overcontrol-%A-%a.log
#
# Each task runs one of ${shards} shards. A task that is requeued goes on where it was ended. When all are done:
#   overcontrol merge ${quoted(folder)}
set -euo pipefail
exec ${command} \\
  --shard "\${SLURM_ARRAY_TASK_ID}/${shards}" --workers "\${SLURM_CPUS_PER_TASK:-1}"
`;
}
