import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../tools/source-files.ts';

export const RULES = 'deploy/prometheus/archeio.rules.yaml';
export const RULE_TESTS = 'deploy/prometheus/archeio.rules.test.yaml';
export const DASHBOARD = 'deploy/grafana/archeio.json';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An alerting rule. */
export interface Alert extends Rule {
  readonly alert: string;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number };
  readonly targets: readonly { readonly expr: string }[];
}

/** The parts of Grafana's dashboard model that hold expressions. */
export interface Dashboard {
  readonly uid: string;
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly panels: readonly Panel[];
}

/** A file of the checkout. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function rules(): Rule[] {
  const { groups } = parse(textOf(RULES)) as { groups: readonly { rules: readonly Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

export function alerts(): Alert[] {
  return rules().filter((rule): rule is Alert => rule.alert !== undefined);
}

export function dashboard(): Dashboard {
  return JSON.parse(textOf(DASHBOARD)) as Dashboard;
}

/** Every expression of the dashboard, with values in the place of Grafana's own variables. */
export function dashboardExpressions(): string[] {
  const { panels, annotations } = dashboard();
  return [...panels.flatMap(({ targets }) => targets), ...annotations.list].map(({ expr }) =>
    expr.replaceAll('$__rate_interval', '5m'),
  );
}

/** What a rule test expects of each alert: how often that it fires, and how often that it does not. */
export function expectations(): Map<string, { fires: number; quiet: number }> {
  const { tests } = parse(textOf(RULE_TESTS)) as {
    tests: readonly {
      alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[];
    }[];
  };
  const counted = new Map<string, { fires: number; quiet: number }>();
  for (const { alertname, exp_alerts } of tests.flatMap((each) => each.alert_rule_test)) {
    const { fires, quiet } = counted.get(alertname) ?? { fires: 0, quiet: 0 };
    const one = exp_alerts.length > 0;
    counted.set(alertname, { fires: fires + Number(one), quiet: quiet + Number(!one) });
  }
  return counted;
}
