/** Whom one calls to publish: a name that nobody can register. The call goes to whichever process takes what is published. */

export const PUBLISH_NAME = 'publish';
