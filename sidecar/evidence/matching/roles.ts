/** What people call a product by: nobody promises to restart "rabbitmq" who can say "the message broker". */
const ROLES: readonly (readonly [product: RegExp, words: readonly string[]])[] = [
  [/rabbitmq|activemq|\bnats\b|mosquitto|emqx/, ['message', 'broker', 'queue']],
  [/kafka|redpanda|pulsar/, ['message', 'broker', 'event', 'stream']],
  [/elasticsearch|opensearch|meilisearch|typesense|\bsolr\b/, ['search', 'cluster', 'engine', 'index']],
  [/nginx|caddy|traefik|haproxy|envoy/, ['reverse', 'proxy', 'load', 'balancer', 'web']],
  [/apache2|httpd/, ['web', 'apache']],
  [/sidekiq|celery|resque|\brq\b|bullmq|horizon/, ['job', 'queue', 'worker', 'background']],
  [/minio|localstack/, ['object', 'store', 'storage', 's3']],
  [/node_exporter|prometheus|victoriametrics|telegraf/, ['metrics', 'monitoring']],
  [/grafana/, ['dashboard', 'monitoring']],
  [/jaeger|tempo|zipkin|otel/, ['tracing', 'trace', 'collector']],
  [/\bloki\b|fluentd|fluent-bit|vector|logstash/, ['log', 'collector', 'shipper']],
  [/keycloak|authelia|\bdex\b/, ['auth', 'identity', 'provider']],
  [/webpack|rollup|esbuild|turbopack/, ['build', 'bundler', 'bundle']],
  [/memcached|valkey/, ['cache']],
  [/mailpit|mailhog|postfix/, ['mail', 'email', 'smtp']],
];

/** The words for every product that these name. */
export function rolesOf(words: readonly string[]): string[] {
  const text = words.join(' ').slice(0, 400).toLowerCase();
  return ROLES.filter(([product]) => product.test(text)).flatMap(([, roles]) => roles);
}
