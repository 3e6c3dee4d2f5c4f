/**
 * A shortcut (.lnk) to a program on drive C, as [MS-SHLLINK] has it: the header, where the program is, and its
 * arguments.
 */
export function shortcut(program: string, parameters: string): Buffer {
  const header = Buffer.alloc(0x4c);
  header.writeUInt32LE(header.length, 0);
  Buffer.from('0114020000000000c000000000000046', 'hex').copy(header, 4); // the class of shortcuts
  header.writeUInt32LE(0x02 | 0x20 | 0x80, 0x14); // HasLinkInfo, HasArguments, IsUnicode
  header.writeUInt32LE(1, 0x3c); // SW_SHOWNORMAL
  const volume = Buffer.alloc(0x11); // with an empty label
  volume.writeUInt32LE(volume.length, 0);
  volume.writeUInt32LE(3, 4); // DRIVE_FIXED
  volume.writeUInt32LE(0x10, 12);
  const paths = Buffer.from(`${program}\0\0`, 'latin1');
  const info = Buffer.alloc(0x1c);
  info.writeUInt32LE(info.length + volume.length + paths.length, 0);
  info.writeUInt32LE(info.length, 4);
  info.writeUInt32LE(1, 8); // VolumeIDAndLocalBasePath
  info.writeUInt32LE(info.length, 12);
  info.writeUInt32LE(info.length + volume.length, 16);
  info.writeUInt32LE(info.length + volume.length + paths.length - 1, 24); // the suffix: empty
  const count = Buffer.alloc(2);
  count.writeUInt16LE(parameters.length, 0);
  return Buffer.concat([
    header,
    info,
    volume,
    paths,
    count,
    Buffer.from(parameters, 'utf16le'),
    Buffer.alloc(4),
  ]);
}
