/** The SIP stack's face: what services, and other projects, import. */
export {};
