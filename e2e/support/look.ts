import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** Where pictures are put for looking at; none are taken without it. */
const pictures = process.env['SLIPWAY_PICTURES'];
const sizes = [
  { width: 1024, height: 700 },
  { width: 1440, height: 900 },
] as const;

/** What axe finds serious or critical in the window. Notices are left out: they may be fading. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).exclude('[data-sonner-toaster]').analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`).join('\n')}`,
    );
}

/** Looks at what the window shows: nothing serious by axe, and a picture in each size where SLIPWAY_PICTURES names a folder. */
export type Look = (screen: string) => Promise<void>;

/** @param look of all screens looked at, such as `ko-dark` */
export function looksAt(page: Page, look: string): Look {
  let taken = 0;
  return async (screen) => {
    expect.soft(await seriousProblems(page), screen).toEqual([]);
    if (pictures === undefined) return;
    await mkdir(pictures, { recursive: true });
    const name = `${String(++taken).padStart(2, '0')}-${screen.replaceAll(/[^\w]+/g, '-')}`;
    for (const size of sizes) {
      await page.setViewportSize(size);
      await page.screenshot({ path: path.join(pictures, `${name}-${look}-${size.width}.png`) });
    }
  };
}
