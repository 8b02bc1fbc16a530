import { useEffect, useState } from 'react';

const listeners = new Set<(text: string) => void>();
/** A screen reader that is interrupted all the time says nothing at all. */
const restMs = 5_000;

/** Says something through the window's polite live region; what comes within five seconds of the last waits, the newest wins. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

/** The live region itself. Once, at the root. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    let lastSaid = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = (next: string) => {
      clearTimeout(timer);
      const wait = Math.max(0, lastSaid + restMs - performance.now());
      timer = setTimeout(() => {
        lastSaid = performance.now();
        setText(next);
      }, wait);
    };
    listeners.add(say);
    return () => {
      listeners.delete(say);
      clearTimeout(timer);
    };
  }, []);
  return (
    <output aria-live="polite" className="sr-only">
      {text}
    </output>
  );
}
