/** A task file as a survey of a folder finds it. */
export interface FoundTaskFile {
  readonly path: string;
  readonly name: string;
}

/** Whether a path names a task file, as far as a name tells. */
export function isTaskFile(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** The task files inside what was dropped. A survey of a file answers the file itself: a Dockerfile has none inside. */
export function taskFilesIn(dropped: string, files: readonly FoundTaskFile[]): readonly FoundTaskFile[] {
  return files.filter((file) => file.path !== dropped && isTaskFile(file.path));
}
