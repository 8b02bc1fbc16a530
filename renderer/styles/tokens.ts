/**
 * A token's colour as the browser resolves it in the theme in force, for what draws outside CSS (the terminal, a canvas).
 * @param name without the dashes: `ansi-red`, `surface`
 */
export function tokenColor(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
