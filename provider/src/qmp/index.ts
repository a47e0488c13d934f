/** QEMU's own language, and its guest agent's. */
export { brief, type Command, hear, say } from "./command";
export { guestFileClose, guestFileOpen, guestFileRead } from "./guest";
