/** For which platforms an image is made, in an error of an engine: engines don't tell. Who can ask the registry fills it in. */
export const unknownPlatforms = '?';
