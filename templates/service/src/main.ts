import { runService } from '@mscli/runtime';
import { service } from './service.js';

await runService(service);
