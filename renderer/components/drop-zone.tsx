import { useEffect, useEffectEvent, useState } from 'react';
import type { LucideIcon } from 'lucide-react';
import { bridge } from '../api/bridge.ts';

/** Whether files hang over the window, and what happens when they are dropped. */
export function useFileDrop(onPaths: (paths: readonly string[]) => void): boolean {
  const [over, setOver] = useState(false);
  const drop = useEffectEvent((files: readonly File[]) => {
    const paths = files.map((file) => bridge().pathOf(file)).filter((path) => path !== '');
    if (paths.length > 0) onPaths(paths);
  });

  useEffect(() => {
    // Enter and leave come for every element on the way; only their balance says when the window is left.
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const move = (event: DragEvent) => {
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = carriesFiles(event) ? 'copy' : 'none';
    };
    const land = (event: DragEvent) => {
      // Without this the browser would leave the app for the file.
      event.preventDefault();
      depth = 0;
      setOver(false);
      drop([...(event.dataTransfer?.files ?? [])]);
    };
    // What was under it may be gone by the time it leaves, and then nobody hears of that. The mouse moves only when nothing is dragged.
    const idle = () => {
      depth = 0;
      setOver(false);
    };
    const end = new AbortController();
    const options = { signal: end.signal };
    window.addEventListener('dragenter', enter, options);
    window.addEventListener('dragleave', leave, options);
    window.addEventListener('dragover', move, options);
    window.addEventListener('drop', land, options);
    window.addEventListener('pointermove', idle, options);
    return () => end.abort();
  }, []);
  return over;
}

interface DropZoneProps {
  readonly icon: LucideIcon;
  /** What dropping does: "Build this folder". */
  readonly title: string;
  readonly detail: string;
  readonly onPaths: (paths: readonly string[]) => void;
}

/** The whole window as one named drop zone; shows itself only while something hangs over it. */
export function DropZone({ icon: Icon, title, detail, onPaths }: DropZoneProps) {
  const over = useFileDrop(onPaths);
  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-60 bg-canvas/85 p-3">
      <div className="flex h-full items-center justify-center rounded-md border-2 border-dashed border-accent">
        <div className="flex max-w-140 flex-col items-center gap-1 rounded-md border border-line bg-surface-raised px-10 py-8 text-center shadow-raised">
          <Icon aria-hidden size={32} strokeWidth={1.5} className="mb-2 text-accent" />
          <p className="text-xl font-semibold">{title}</p>
          <p className="text-ink-2">{detail}</p>
        </div>
      </div>
    </div>
  );
}
