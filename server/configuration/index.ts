export { loadConfiguration, withEnvironment } from './load.ts';
export { certificatesIn, readPem } from './pem.ts';
export {
  type Configuration,
  ConfigurationError,
  type ConfigurationInput,
  parseConfiguration,
} from './schema.ts';
