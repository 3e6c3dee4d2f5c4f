/** Around the machine-readable part of a report in plain text. */
export const beginMark = '-----HPKI-NAVI REPORT-----';
export const endMark = '-----END OF REPORT-----';
