import { dialog, type BrowserWindow, type FileFilter, type MessageBoxOptions, type OpenDialogOptions } from 'electron';
import type { QuitAnswer } from './quit.ts';
import { fill, type Texts } from './texts.ts';

/** Native dialogs, upon the window where there is one. */
export interface Dialogs {
  chooseFolder(): Promise<string | null>;
  chooseDockerfile(context: string): Promise<string | null>;
  chooseTaskFile(): Promise<string | null>;
  /** `folder` is where it opens. */
  chooseValuesFile(folder: string | undefined): Promise<string | null>;
  /** Where to save a file; null when the person chose nowhere. */
  saveAs(suggestedName: string): Promise<string | null>;
  askToQuit(active: number): Promise<QuitAnswer>;
  /** The window crashed again right after it was reloaded. */
  askAfterCrash(reason: string): Promise<'reload' | 'quit'>;
}

export function createDialogs(window: () => BrowserWindow | undefined, texts: () => Texts): Dialogs {
  async function open(options: OpenDialogOptions): Promise<string | null> {
    const parent = window();
    const { canceled, filePaths } = await (parent
      ? dialog.showOpenDialog(parent, options)
      : dialog.showOpenDialog(options));
    return canceled ? null : (filePaths[0] ?? null);
  }

  /** `answers` in the order of the buttons; the last one is what Escape means. */
  async function ask<Answer>(options: MessageBoxOptions, answers: readonly [Answer, ...Answer[]]): Promise<Answer> {
    const parent = window();
    const all: MessageBoxOptions = { noLink: true, defaultId: 0, cancelId: answers.length - 1, ...options };
    const { response } = await (parent ? dialog.showMessageBox(parent, all) : dialog.showMessageBox(all));
    return answers[response] ?? answers[0];
  }

  return {
    chooseFolder() {
      const { chooseFolder, choose } = texts().dialog;
      return open({ title: chooseFolder, message: chooseFolder, buttonLabel: choose, properties: ['openDirectory'] });
    },
    chooseDockerfile(context) {
      const { chooseDockerfile, choose } = texts().dialog;
      return open({
        title: chooseDockerfile,
        message: chooseDockerfile,
        buttonLabel: choose,
        defaultPath: context,
        properties: ['openFile', 'showHiddenFiles'],
      });
    },
    chooseTaskFile() {
      const { chooseTaskFile, choose, taskFiles, allFiles } = texts().dialog;
      return open({
        title: chooseTaskFile,
        message: chooseTaskFile,
        buttonLabel: choose,
        properties: ['openFile', 'showHiddenFiles'],
        filters: yamlFilters(taskFiles, allFiles),
      });
    },
    chooseValuesFile(folder) {
      const { chooseValuesFile, choose, valuesFiles, allFiles } = texts().dialog;
      return open({
        title: chooseValuesFile,
        message: chooseValuesFile,
        buttonLabel: choose,
        properties: ['openFile', 'showHiddenFiles'],
        filters: yamlFilters(valuesFiles, allFiles),
        ...(folder === undefined ? {} : { defaultPath: folder }),
      });
    },
    async saveAs(suggestedName) {
      const { saveFile, save } = texts().dialog;
      const options = { title: saveFile, message: saveFile, buttonLabel: save, defaultPath: suggestedName };
      const parent = window();
      const { canceled, filePath } = await (parent
        ? dialog.showSaveDialog(parent, options)
        : dialog.showSaveDialog(options));
      return canceled || filePath === '' ? null : filePath;
    },
    askToQuit(active) {
      const { message, detail, wait, stop, stay } = texts().quit;
      return ask({ type: 'question', message: fill(message, { count: active }), detail, buttons: [wait, stop, stay] }, [
        'wait',
        'stop',
        'stay',
      ]);
    },
    askAfterCrash(reason) {
      const { message, detail, reload, quit } = texts().crash;
      return ask({ type: 'error', message, detail: fill(detail, { reason }), buttons: [reload, quit] }, [
        'reload',
        'quit',
      ]);
    },
  };
}

/** Any name is a task file to ACR, so the rest can be shown too. */
function yamlFilters(name: string, all: string): FileFilter[] {
  return [
    { name, extensions: ['yaml', 'yml'] },
    { name: all, extensions: ['*'] },
  ];
}
