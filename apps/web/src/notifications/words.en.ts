/** The words of notifications in English. */
export const english = {
  setting: 'Tell me when I look elsewhere',
  settingHint: 'When an agent needs you, and when a run ends or fails, in a chat that is not in view.',
  withText: 'With the chat’s title and its last words',
  withTextHint: 'They then stand on your screen, also when it is locked. Without, only what happened is said.',
  denied: 'This browser does not let Colloquy notify you. You can change that in the browser’s settings for this site.',
  unsupported: 'This browser has no notifications for web pages.',
  needsYou: 'An agent needs you',
  finished: 'A run is done',
  failed: 'A run failed',
};
