/** True under `next dev`; written into the build. */
export const development = process.env.NODE_ENV === 'development';
