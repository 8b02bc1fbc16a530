import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts.ts';

export interface MenuActions {
  /** Shows a place of the window, such as `/runs`. */
  goTo(place: string): void;
  chooseFolder(): void;
  chooseTaskFile(): void;
  quit(): void;
}

export interface MenuOptions {
  readonly texts: Texts['menu'];
  readonly mac: boolean;
  /** Offers the developer tools. */
  readonly development: boolean;
}

/** Puts the menu in place, in the language of `texts`. The same keys work in the window by its own commands. */
export function setMenu(actions: MenuActions, options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, options)));
}

function menuTemplate(actions: MenuActions, { texts, mac, development }: MenuOptions): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const go = (label: string, place: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => actions.goTo(place),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const settings = go(texts.settings, '/settings', 'CmdOrCtrl+,');
  const quit: MenuItemConstructorOptions = {
    label: texts.quit,
    accelerator: 'CmdOrCtrl+Q',
    click: () => actions.quit(),
  };
  const about: MenuItemConstructorOptions = { role: 'about', label: texts.about };

  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      about,
      line,
      settings,
      line,
      { role: 'services', label: texts.services },
      line,
      { role: 'hide', label: texts.hide },
      { role: 'hideOthers', label: texts.hideOthers },
      { role: 'unhide', label: texts.showAll },
      line,
      quit,
    ],
  };
  return [
    ...(mac ? [appMenu] : []),
    {
      role: 'fileMenu',
      label: texts.file,
      submenu: [
        go(texts.newBuild, '/build', 'CmdOrCtrl+N'),
        { label: texts.openFolder, click: () => actions.chooseFolder() },
        { label: texts.openTaskFile, accelerator: 'CmdOrCtrl+O', click: () => actions.chooseTaskFile() },
        line,
        ...(mac ? [{ role: 'close' as const, label: texts.close }] : [settings, line, quit]),
      ],
    },
    {
      role: 'editMenu',
      label: texts.edit,
      submenu: [
        { role: 'undo', label: texts.undo },
        { role: 'redo', label: texts.redo },
        line,
        { role: 'cut', label: texts.cut },
        { role: 'copy', label: texts.copy },
        { role: 'paste', label: texts.paste },
        { role: 'selectAll', label: texts.selectAll },
      ],
    },
    {
      role: 'viewMenu',
      label: texts.view,
      submenu: [
        go(texts.home, '/'),
        go(texts.build, '/build'),
        go(texts.tasks, '/task'),
        go(texts.runs, '/runs'),
        go(texts.registries, '/registries'),
        go(texts.engine, '/engine'),
        line,
        { role: 'resetZoom', label: texts.actualSize },
        { role: 'zoomIn', label: texts.zoomIn },
        { role: 'zoomOut', label: texts.zoomOut },
        line,
        { role: 'togglefullscreen', label: texts.fullScreen },
        ...(development ? [{ role: 'toggleDevTools' as const, label: texts.developerTools }] : []),
      ],
    },
    {
      role: 'windowMenu',
      label: texts.window,
      submenu: [
        { role: 'minimize', label: texts.minimize },
        ...(mac
          ? [{ role: 'zoom' as const, label: texts.zoom }, line, { role: 'front' as const, label: texts.front }]
          : []),
      ],
    },
    ...(mac ? [] : [{ role: 'help' as const, label: texts.help, submenu: [about] }]),
  ];
}
