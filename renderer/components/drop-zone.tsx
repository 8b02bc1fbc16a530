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
    const end = new AbortController();
    const options = { signal: end.signal };
    window.addEventListener('dragenter', enter, options);
    window.addEventListener('dragleave', leave, options);
    window.addEventListener('dragover', move, options);
    window.addEventListener('drop', land, options);
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
    <div className="pointer-events-none fixed inset-0 z-60 bg-scrim p-3">
      <div className="flex h-full flex-col items-center justify-center gap-1 rounded-md border-2 border-dashed border-accent bg-surface-raised text-center">
        <Icon aria-hidden size={32} strokeWidth={1.5} className="mb-2 text-accent" />
        <p className="text-xl font-semibold">{title}</p>
        <p className="text-ink-2">{detail}</p>
      </div>
    </div>
  );
}
