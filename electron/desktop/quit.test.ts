import { beforeEach, describe, expect, it } from 'vitest';
import { createQuit, type QuitAnswer } from './quit.ts';

/** A desk whose person answers when the test does. */
function desk(active: number) {
  const state = { active, left: 0, questions: 0 };
  let answer: (given: QuitAnswer) => void = () => undefined;
  let idle: () => void = () => undefined;
  const quit = createQuit({
    activeRuns: () => state.active,
    ask: () => {
      state.questions++;
      return new Promise((resolve) => (answer = resolve));
    },
    untilIdle: () => new Promise((resolve) => (idle = resolve)),
    leave: async () => void state.left++,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    state,
    quit,
    async answer(given: QuitAnswer) {
      answer(given);
      await settle();
    },
    async becomeIdle() {
      state.active = 0;
      idle();
      await settle();
    },
  };
}

describe('quitting', () => {
  it('leaves at once when nothing runs', () => {
    const { quit, state } = desk(0);
    quit.request();
    expect(state).toMatchObject({ left: 1, questions: 0 });
  });

  describe('while runs are active', () => {
    let busy: ReturnType<typeof desk>;
    beforeEach(() => {
      busy = desk(2);
      busy.quit.request();
    });

    it('asks, once for however many requests', () => {
      busy.quit.request();
      expect(busy.state).toMatchObject({ left: 0, questions: 1 });
    });

    it('stops them and leaves', async () => {
      await busy.answer('stop');
      expect(busy.state.left).toBe(1);
    });

    it('stays, and asks again the next time', async () => {
      await busy.answer('stay');
      expect(busy.state.left).toBe(0);
      busy.quit.request();
      expect(busy.state.questions).toBe(2);
    });

    it('waits for them, then leaves', async () => {
      await busy.answer('wait');
      expect(busy.state.left).toBe(0);
      await busy.becomeIdle();
      expect(busy.state.left).toBe(1);
    });

    it('lets a person who waits change their mind', async () => {
      await busy.answer('wait');
      busy.quit.request();
      await busy.answer('stay');
      await busy.becomeIdle();
      expect(busy.state).toMatchObject({ left: 0, questions: 2 });
    });

    it('leaves without asking when the system says so, and only once', async () => {
      busy.quit.now();
      await busy.answer('stop');
      busy.quit.request();
      expect(busy.state).toMatchObject({ left: 1, questions: 1 });
    });
  });
});
