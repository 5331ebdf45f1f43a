/** Every schema two services must agree on, once. */
export {};
