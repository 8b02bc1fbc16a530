import { type ImageContents, type ImageLayer, shownInstruction } from '@shared/model/image-contents.ts';

/** What brought a layer; `image` where nobody can tell. */
export type LayerOrigin = 'base' | 'own' | 'image';

/** A line of the table of layers. Instructions without files that follow each other share one. */
export type LayerRow =
  | { readonly kind: 'layer'; readonly origin: LayerOrigin; readonly layer: ImageLayer; readonly text: string }
  | { readonly kind: 'empty'; readonly origin: LayerOrigin; readonly texts: readonly string[] };

/** The lines, what the build made first: the highest layer on top, as layers lie. */
export function layerRows({ layers, baseLayers }: Pick<ImageContents, 'layers' | 'baseLayers'>): readonly LayerRow[] {
  const rows: LayerRow[] = [];
  for (const [index, layer] of [...layers.entries()].reverse()) {
    const origin = originOf(index, baseLayers);
    const text = shownInstruction(layer.instruction);
    const last = rows.at(-1);
    if (!layer.empty) rows.push({ kind: 'layer', origin, layer, text });
    else if (last?.kind === 'empty' && last.origin === origin)
      rows.splice(-1, 1, { ...last, texts: [...last.texts, text] });
    else rows.push({ kind: 'empty', origin, texts: [text] });
  }
  return rows;
}

/** Bytes by what brought them, without those that brought nothing. */
export function sizesByOrigin(contents: Pick<ImageContents, 'layers' | 'baseLayers'>) {
  const origins: readonly LayerOrigin[] = ['base', 'own', 'image'];
  return origins.flatMap((origin) => {
    const own = contents.layers.filter((_, index) => originOf(index, contents.baseLayers) === origin);
    return own.length === 0 ? [] : [{ origin, size: own.reduce((sum, { size }) => sum + size, 0) }];
  });
}

function originOf(index: number, baseLayers: number | undefined): LayerOrigin {
  if (baseLayers === undefined) return 'image';
  return index < baseLayers ? 'base' : 'own';
}
