import 'i18next';
import type { TypedAreas } from './resources.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: TypedAreas;
  }
}
