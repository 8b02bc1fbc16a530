/** What a person may answer when runs are active. */
export type QuitAnswer = 'wait' | 'stop' | 'stay';

/** What quitting needs of the desk. */
export interface QuitDesk {
  /** How many runs of ours are queued or running. */
  activeRuns(): number;
  ask(active: number): Promise<QuitAnswer>;
  /** When no run is active any more. Asked anew each time. */
  untilIdle(): Promise<void>;
  /** Stops what is running, closes everything, and ends the process. */
  leave(): Promise<void>;
}

export interface Quit {
  /** The person wants to quit: asks them first while runs are active. One question at a time. */
  request(): void;
  /** The system wants us to end (SIGTERM): runs are stopped cleanly, nobody is asked. */
  now(): void;
}

export function createQuit(desk: QuitDesk): Quit {
  let asking = false;
  let leaving = false;
  /** Counts requests, so that an answer of "wait" holds only until the next one. */
  let latest = 0;

  const leave = () => {
    if (leaving) return;
    leaving = true;
    void desk.leave();
  };

  const request = async () => {
    if (leaving || asking) return;
    const mine = ++latest;
    const active = desk.activeRuns();
    if (active === 0) return leave();
    asking = true;
    const answer = await desk.ask(active).finally(() => (asking = false));
    switch (answer) {
      case 'stay':
        return;
      case 'stop':
        return leave();
      case 'wait':
        await desk.untilIdle();
        if (mine === latest) leave();
    }
  };

  return { request: () => void request(), now: leave };
}
