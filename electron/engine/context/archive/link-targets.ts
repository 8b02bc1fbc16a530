/** As many links as the kernel follows on one way (Linux: MAXSYMLINKS). */
const mostHops = 40;
/** Names in what is followed for all links of a tree together; more is nobody's real tree. */
const mostNames = 20_000_000;

/** What lies at a place of a tree, as far as links are concerned. */
interface Place {
  readonly above: Place | undefined;
  readonly below: Map<string, Place>;
  /** What the symbolic link here says. */
  target?: string;
}

/**
 * The first symbolic link of a tree that leads out of it, through whatever other links; absolute ones do. `links` has the
 * target of each, by its path from the root. A link that leads nowhere, or round in circles, stays inside.
 * @throws RangeError when the links are so tangled that nobody can tell
 */
export function linkLeadingOutside(links: ReadonlyMap<string, string>): string | undefined {
  const budget = { names: mostNames };
  // File systems that don't tell upper case from lower take another way than those that do: neither may lead out.
  for (const spelling of [(name: string) => name, (name: string) => name.normalize('NFKC').toLowerCase()]) {
    const root = treeOf(links, spelling);
    for (const link of links.keys()) if (leadsOutside(link, root, spelling, budget)) return link;
  }
  return undefined;
}

function treeOf(links: ReadonlyMap<string, string>, spelling: (name: string) => string): Place {
  const root: Place = { above: undefined, below: new Map() };
  for (const [path, target] of links) {
    let place = root;
    for (const name of path.split('/')) place = enter(place, spelling(name));
    place.target = target;
  }
  return root;
}

function enter(place: Place, name: string): Place {
  let next = place.below.get(name);
  if (next === undefined) place.below.set(name, (next = { above: place, below: new Map() }));
  return next;
}

function leadsOutside(
  link: string,
  root: Place,
  spelling: (name: string) => string,
  budget: { names: number },
): boolean {
  let place = root;
  const ahead: string[] = [];
  const goOn = (names: readonly string[]) => {
    budget.names -= names.length;
    if (budget.names < 0) throw new RangeError('the links are tangled');
    ahead.push(...names.toReversed());
  };
  goOn(link.split('/'));
  let hops = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (place.above === undefined) return true;
      place = place.above;
      continue;
    }
    const spelled = spelling(name);
    // Places without a link are made on the way, and forgotten with it.
    const next = place.below.get(spelled) ?? { above: place, below: new Map<string, Place>() };
    if (next.target === undefined) {
      place = next;
      continue;
    }
    if (isAbsolute(next.target)) return true;
    if (++hops > mostHops) return false;
    goOn(next.target.split(process.platform === 'win32' ? /[\\/]/ : '/'));
  }
  return false;
}

function isAbsolute(target: string): boolean {
  return target.startsWith('/') || /^(?:[A-Za-z]:|\\)/.test(target);
}
