import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeKeys, fakeRegistry } from '../windows/fakes/fake-windows.ts';
import { browserPlaces } from './browsers.ts';
import { hostManifest, manifestFile } from './manifest.ts';
import { fileTarget, registerWhereNeeded, type Target } from './target.ts';
import { registryPlaces, registryTarget } from './windows-registry.ts';

let root: string;
let program: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hpki-navi-targets-'));
  program = await file('program/hpki-navi-host');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(path: string, content = ''): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  return join(root, path);
}
const manifest = (path: string, starts = program) => file(path, JSON.stringify(hostManifest(starts)));
const repaired = async (target: Target) => registerWhereNeeded(target, await target.everyonesState(), false);

describe('the .deb and the browsers', () => {
  const chrome = () => {
    const [place] = browserPlaces(join(root, 'home'), {}, root);
    if (!place) throw new Error('no browser');
    return fileTarget(place, program);
  };
  const everyones = `etc/opt/chrome/native-messaging-hosts/${manifestFile}`;
  const own = `home/.config/google-chrome/NativeMessagingHosts/${manifestFile}`;

  it('its own copy writes nothing for the user, and takes back what would be looked at first', async () => {
    await manifest(everyones);
    await manifest(own, '/gone');
    expect(await chrome().state()).toBe('program-gone');
    for (let times = 0; times < 2; times++) {
      expect(await repaired(chrome())).toMatchObject({ outcome: 'registered-for-everyone' });
      expect(await chrome().state()).toBe('absent');
    }
  });

  it('another copy registers for the user, whatever is there for everyone', async () => {
    await manifest(everyones, await file('deb/hpki-navi-host'));
    await mkdir(join(root, 'home/.config/google-chrome'), { recursive: true });
    expect(await chrome().everyonesState()).toBe('other-program');
    expect(await repaired(chrome())).toMatchObject({ outcome: 'written' });
    expect(await chrome().state()).toBe('right');
  });
});

describe('the MSI and the browsers', () => {
  const chrome = (keys: FakeKeys) => {
    const [place] = registryPlaces();
    if (!place) throw new Error('no browser');
    return registryTarget(fakeRegistry(keys), place, program);
  };
  const path = 'Software\\Google\\Chrome\\NativeMessagingHosts\\jp.hpki_navi.host';

  it('its own copy leaves no key of the user behind', async () => {
    const keys: FakeKeys = {
      [`HKLM\\${path}`]: { '': await manifest('program/everyone.json') },
      [`HKCU\\${path}`]: { '': await manifest('program/own.json') },
    };
    expect(await repaired(chrome(keys))).toMatchObject({ outcome: 'registered-for-everyone' });
    expect(Object.keys(keys)).toEqual([`HKLM\\${path}`]);
    expect(await repaired(chrome(keys))).toMatchObject({ outcome: 'registered-for-everyone' });
  });

  it('a key whose manifest is gone is told apart from no key', async () => {
    expect(await chrome({}).state()).toBe('absent');
    const keys: FakeKeys = { [`HKCU\\${path}`]: { '': join(root, 'gone.json') } };
    expect(await chrome(keys).state()).toBe('manifest-gone');
    expect(await chrome({ [`HKLM\\${path}`]: { '': join(root, 'gone.json') } }).everyonesState()).toBe(
      'manifest-gone',
    );
  });
});
