/** Makes sure that Debian packages are there: installs the missing ones as root, otherwise names them and ends with 1. */
import { spawnSync } from 'node:child_process'

const wanted = process.argv.slice(2)
const isInstalled = (name: string): boolean =>
  /^Status: .* installed$/m.test(spawnSync('dpkg', ['-s', name], { encoding: 'utf8' }).stdout ?? '')
const missing = wanted.filter((name) => !isInstalled(name))
if (missing.length > 0) {
  if (process.getuid?.() !== 0) {
    console.error(
      `packages: missing ${missing.join(' ')}; install them with: sudo apt-get install ${missing.join(' ')}`,
    )
    process.exit(1)
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const step of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
  ]) {
    const run = spawnSync('apt-get', step, { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
    if (run.status !== 0) {
      console.error(`packages: apt-get ${step.join(' ')} ended with ${run.status ?? run.error?.message}`)
      process.exit(1)
    }
  }
  console.log(`packages: installed ${missing.join(' ')}`)
}
