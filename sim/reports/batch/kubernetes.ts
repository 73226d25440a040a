import type { SweepJob } from './sweep-job.ts';
import { quoted } from './sweep-job.ts';

/** A Kubernetes Indexed Job, which gives each pod a number from 0 on; YAML for `kubectl apply -f -`. */
export function kubernetesJob({ scenario, folder, shards, words }: SweepJob): string {
  const file = basename(scenario);
  const name =
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'sweep';
  const command = ['overcontrol', 'sweep', `/scenario/${file}`, ...words, '--out', `/rows/${name}`]
    .map(quoted)
    .join(' ');
  return `# Before it, once:
#   kubectl create configmap overcontrol-scenario --from-file=${quoted(scenario)}
# and a claim \`overcontrol-rows\` that many pods can write to (ReadWriteMany). When all pods are done, where it is mounted:
#   overcontrol merge /rows/${name}
# A pod that is evicted goes on where it was ended.
apiVersion: batch/v1
kind: Job
metadata:
  name: overcontrol-${name}
spec:
  completionMode: Indexed
  completions: ${shards}
  parallelism: ${shards}
  backoffLimitPerIndex: 3
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: sweep
          image: overcontrol:latest  # an image with overcontrol on its PATH
          command: [/bin/sh, -c]
          args:
            - |
              exec ${command} \\
                --shard "$((JOB_COMPLETION_INDEX + 1))/${shards}" --workers 2
          resources:
            requests: { cpu: '2', memory: 2Gi }
          volumeMounts:
            - { name: scenario, mountPath: /scenario, readOnly: true }
            - { name: rows, mountPath: /rows }
      volumes:
        - name: scenario
          configMap: { name: overcontrol-scenario }
        - name: rows
          persistentVolumeClaim: { claimName: overcontrol-rows }
`;
}

/** The last name of a path. */
function basename(path: string): string {
  return path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '');
}
