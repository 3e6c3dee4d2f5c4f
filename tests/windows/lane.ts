import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { billOfMaterials } from '../../native-host/package/bill-of-materials.ts';
import { bundleHost } from '../../native-host/package/bundle.ts';
import { licenceTexts } from '../../native-host/package/licence-texts.ts';
import { makePackages } from '../../native-host/package/main.ts';
import { buildMsi } from '../../native-host/package/msi.ts';
import { allowedOrigins, product, repository } from '../../native-host/package/product.ts';
import { buildSetup } from '../../native-host/package/setup.ts';
import { nodeComponent, reachedComponents } from '../../native-host/package/shipped-components.ts';
import { runTool } from '../../native-host/package/tool.ts';
import { stageWindows } from '../../native-host/package/windows.ts';

/** What the lane's tests install. Made once, by this file, before they run. */
export const lane = {
  folder: path.join(repository, 'dist/windows-lane'),
  /** As `npm run package -- --development` makes them. */
  packages: path.join(repository, 'dist/windows-lane/packages'),
  /** The files inside the installers. */
  stage: path.join(repository, 'dist/windows-lane/stage'),
  /** The shipped Setup's script as a 64-bit program, for the Wine that runs Node 24 and no 32-bit programs. */
  setup: path.join(repository, 'dist/windows-lane/setup-amd64.exe'),
  /** The icon and the picture that Setup shows. */
  pictures: path.join(repository, 'dist/windows-lane/pictures'),
  /** The next version of the product. */
  nextVersion: '0.1.99',
  nextSetup: path.join(repository, 'dist/windows-lane/setup-amd64-next.exe'),
  nextMsi: path.join(repository, 'dist/windows-lane/next.msi'),
  relay: path.join(repository, 'dist/windows-lane/relay.exe'),
  hold: path.join(repository, 'dist/windows-lane/hold.exe'),
  holdCard: path.join(repository, 'dist/windows-lane/hold-card.exe'),
} as const;

async function build(): Promise<void> {
  const say = (line: string) => process.stderr.write(`[test:windows] ${line}\n`);
  await rm(lane.folder, { recursive: true, force: true });
  await mkdir(lane.folder, { recursive: true });
  await makePackages({
    mode: 'development',
    parts: ['extension', 'support', 'windows', 'debian'],
    // The script and what it installs are as shipped; only the wrapping is quicker made.
    compression: 'fast',
    outputFolder: lane.packages,
    say,
  });
  say('the same as 64-bit Setup, and the next version');
  const components = [await nodeComponent(), ...(await reachedComponents(['native-host/main.ts']))];
  const bundle = path.join(lane.folder, 'host.cjs');
  await bundleHost({ output: bundle, mode: 'development' });
  const enclosed = {
    bundle,
    pictures: lane.pictures,
    origins: allowedOrigins('development'),
    billOfMaterials: billOfMaterials(components),
    licences: await licenceTexts(components),
  };
  await stageWindows({ ...enclosed, stage: lane.stage });
  const common = { pictures: lane.pictures, target: 'amd64', compression: 'none' } as const;
  await buildSetup({ ...common, stage: lane.stage, output: lane.setup });

  const nextStage = path.join(lane.folder, 'stage-next');
  const source = await readFile(bundle, 'utf8');
  await writeFile(bundle, source.replaceAll(product.version, lane.nextVersion));
  await stageWindows({ ...enclosed, stage: nextStage });
  await buildSetup({ ...common, stage: nextStage, output: lane.nextSetup, version: lane.nextVersion });
  await buildMsi({ stage: nextStage, output: lane.nextMsi, mode: 'development', version: lane.nextVersion });

  await compile('relay.c', lane.relay);
  await compile('hold.c', lane.hold);
  await compile('hold-card.c', lane.holdCard, '-lwinscard');
}

/** A test's own Windows program. */
async function compile(source: string, output: string, ...libraries: string[]): Promise<void> {
  const file = fileURLToPath(new URL(source, import.meta.url));
  const strict = ['-municode', '-O2', '-Wall', '-Wextra', '-Werror', '-s'];
  await runTool('x86_64-w64-mingw32-gcc', [...strict, '-o', output, file, ...libraries]);
}

if (import.meta.main) await build();
