import type { Discovery, MaintenanceNotice } from '@mscli/runtime/discovery';
import { dateAndTime } from '../text/moment.js';
import type { Style } from '../text/style.js';
import { table } from '../text/table.js';

/** A route that an operator has put under maintenance. */
export interface RouteNotice extends MaintenanceNotice {
  path: string;
}

export function listMaintenance({ maintenance = {} }: Pick<Discovery, 'maintenance'>): RouteNotice[] {
  return Object.entries(maintenance).map(([path, notice]) => ({ path, ...notice }));
}

export function describeNotices(notices: readonly RouteNotice[], style: Style, limit?: number): string {
  if (notices.length === 0) return 'No route is under maintenance by an operator.\n';
  const rows = notices.map(({ path, author, at, message = '' }) => [path, author, dateAndTime(at), message]);
  return table(['PATH', 'BY', 'SINCE', 'MESSAGE'], rows, style, limit);
}
