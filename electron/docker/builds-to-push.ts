import { parseImageReference } from '@shared/model/image-reference.ts';
import type { ImageBuild, NamedImage } from '../engine/ports.ts';

/** Builds that are kept at most: nobody says when a push is given up, so the oldest go. */
const most = 64;

/** What was built last under each name, where images stay nowhere until they are pushed. */
export class BuildsToPush {
  private readonly builds = new Map<string, ImageBuild>();

  of(image: string): ImageBuild | undefined {
    return this.builds.get(image);
  }

  remember(image: string, build: ImageBuild): void {
    this.builds.delete(image);
    this.builds.set(image, build);
    for (const oldest of this.builds.keys()) {
      if (this.builds.size <= most) return;
      this.builds.delete(oldest);
    }
  }

  forget(image: string): void {
    this.builds.delete(image);
  }

  /** As `ContainerEngine.named` has it. */
  named(image: string): NamedImage | undefined {
    const build = this.builds.get(image);
    if (build === undefined) return undefined;
    const { registry, repository } = parseImageReference(image);
    const tags = [...this.builds].flatMap(([name, other]) => {
      const reference = parseImageReference(name);
      const same = other === build && reference.registry === registry && reference.repository === repository;
      return same ? [reference.tag ?? 'latest'] : [];
    });
    return { imageId: '', tags };
  }
}
