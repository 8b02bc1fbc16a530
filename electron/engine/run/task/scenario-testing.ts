/** How a scenario is told: a task file, and what must come of it. */
import type { RunStatus, StepStatus } from '@shared/model/run.ts';
import type { QuickRunInput } from '@shared/model/quick-run.ts';
import type { ImageBuild } from '../../ports.ts';

/** Plays its arguments as acts, each with the words that it needs; part of the image that scenarios run in. */
export const actorScript = `
while [ $# -gt 0 ]; do
  act=$1; shift
  case $act in
    print) echo "$1"; shift ;;
    complain) echo "$1" >&2; shift ;;
    write) mkdir -p "$(dirname "$1")"; echo "$2" > "$1"; shift 2 ;;
    read) cat "$1" || exit 1; shift ;;
    await) until [ -e "$1" ]; do sleep 0.05; done; shift ;;
    env) eval "echo \\"$1=\\$$1\\""; shift ;;
    folder) pwd ;;
    user) id -u ;;
    reach) ping -c 1 -W 5 "$1" > /dev/null || exit 1; shift ;;
    count) n=$(cat "$1" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$1"; echo "call $n"; shift ;;
    until) [ "$(cat "$1")" -ge "$2" ] || exit 9; shift 2 ;;
    stay) while :; do sleep 0.05; done ;;
    stubborn) trap '' TERM ;;
    exit) exit "$1" ;;
    *) echo "no act: $act" >&2; exit 99 ;;
  esac
done
`;

/** What a step must have become. */
export interface ExpectedStep {
  readonly status: StepStatus;
  readonly exitCode?: number;
  /** How often it was launched, when more than once. */
  readonly attempts?: number;
  readonly errorIgnored?: boolean;
}

export interface Scenario {
  readonly name: string;
  /** `ACTOR` stands for the image and the script: `cmd: ACTOR print hello exit 3`; `ACTOR_IMAGE` for the image, `ACTOR_HOST` for its registry. */
  readonly task: string;
  /** Files of the context; absent: none. `ACTOR_IMAGE` in them stands for the image. */
  readonly context?: Readonly<Record<string, string>>;
  readonly request?: Partial<QuickRunInput>;
  readonly status: RunStatus;
  /** By id; the status alone where nothing else is to be said. */
  readonly steps: Readonly<Record<string, StepStatus | ExpectedStep>>;
  /** Texts that the log must hold, in this order. */
  readonly log?: readonly string[];
  /** Texts that it must not hold. */
  readonly notInLog?: readonly string[];
  /** The run is canceled when a line with this text is in the log. */
  readonly cancelAt?: string;
  /** Code of the run's error. */
  readonly error?: string;
  /** What an engine is asked for; looked at on the strict fake, which is asked before any engine gives it a meaning. */
  readonly asked?: {
    /** Of a step's container, as the body of `POST /containers/create` has it. */
    readonly containers?: Readonly<Record<string, object>>;
    /** Of the builds, in their order, as {@link ImageBuild} has it. */
    readonly builds?: readonly Partial<ImageBuild>[];
  };
}
