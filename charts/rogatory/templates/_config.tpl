{{/* Paths of a TLS section: (dict "tls" .Values.broker.nats.tls "dir" "nats"). An empty path means none. */}}
{{- define "rogatory.tlsPaths" -}}
{{- $dir := printf "/etc/rogatory/tls/%s" .dir -}}
{{- $on := .tls.existingSecret -}}
cert: {{ ternary (printf "%s/tls.crt" $dir) "" (and $on .tls.certKey | empty | not) | quote }}
key: {{ ternary (printf "%s/tls.key" $dir) "" (and $on .tls.keyKey | empty | not) | quote }}
ca: {{ ternary (printf "%s/ca.crt" $dir) "" (and $on .tls.caKey | empty | not) | quote }}
{{- end -}}

{{- define "rogatory.tlsSource" -}}
{{- $items := list -}}
{{- with .tls.certKey }}{{ $items = append $items (list . (printf "tls/%s/tls.crt" $.dir)) }}{{ end -}}
{{- with .tls.keyKey }}{{ $items = append $items (list . (printf "tls/%s/tls.key" $.dir)) }}{{ end -}}
{{- with .tls.caKey }}{{ $items = append $items (list . (printf "tls/%s/ca.crt" $.dir)) }}{{ end -}}
{{- if and .tls.existingSecret $items -}}
{{- include "rogatory.projectSecret" (dict "secret" .tls.existingSecret "items" $items) -}}
{{- end -}}
{{- end -}}

{{/* What broker and gateway must be told, with a message that says where it comes from. */}}
{{- define "rogatory.network" -}}
{{- required "network is required: the name of the exchange, as in the trust list" .Values.network -}}
{{- end -}}
{{- define "rogatory.trustPin" -}}
{{- required "trust.pin is required: the sha-256 digest of the first trust list, obtained out of band" .Values.trust.pin -}}
{{- end -}}
{{- define "rogatory.origin" -}}
{{- required "ledger.origin is required: the ledger's origin, for example rogatory.example/demo" .Values.ledger.origin -}}
{{- end -}}

{{- define "rogatory.brokerConfig" -}}
{{- $b := .Values.broker -}}
{{- $bind := $b.bindAddress -}}
network: {{ include "rogatory.network" . | quote }}
agency: {{ required "broker.agency is required: the id of the agency that operates the broker" $b.agency | quote }}
data_dir: /var/lib/rogatory
keyring: /etc/rogatory/keys/keyring.json
operator_keys: /etc/rogatory/keys/operator-keys.json
ledger:
  origin: {{ include "rogatory.origin" . | quote }}
  keys: /etc/rogatory/keys/ledger-keys.json
  listen: {{ printf "%s:8080" $bind | quote }}
trust_list: /etc/rogatory-trust
trust_pin: {{ include "rogatory.trustPin" . | quote }}
nats:
  embedded: {{ $b.nats.embedded }}
  listen: {{ ternary (printf "%s:4222" $bind) "" $b.nats.embedded | quote }}
  url: {{ $b.nats.url | quote }}
  replicas: {{ $b.nats.replicas | int }}
  tls:
    {{- include "rogatory.tlsPaths" (dict "tls" $b.nats.tls "dir" "nats") | nindent 4 }}
s3:
  embedded: {{ $b.s3.embedded }}
  listen: {{ ternary (printf "%s:9000" $bind) "" $b.s3.embedded | quote }}
  endpoint: {{ $b.s3.endpoint | quote }}
  public_url: {{ include "rogatory.s3PublicURL" . | quote }}
  region: {{ $b.s3.region | quote }}
  access_key_file: /etc/rogatory/s3/access-key
  secret_key_file: /etc/rogatory/s3/secret-key
  bucket_prefix: {{ $b.s3.bucketPrefix | quote }}
  retention_days: {{ $b.s3.retentionDays | int }}
  tls:
    {{- include "rogatory.tlsPaths" (dict "tls" $b.s3.tls "dir" "s3") | nindent 4 }}
policy:
  bundle: {{ ternary "/etc/rogatory/policy/bundle.tar.gz" "" (not (empty $b.policy.bundle.existingConfigMap)) | quote }}
  statement: /etc/rogatory/policy/statement.jws
  national: {{ ternary "/etc/rogatory-national" "" (not (empty $b.policy.national.existingConfigMaps)) | quote }}
  timeout: {{ $b.policy.timeout }}
log:
  level: {{ .Values.log.level }}
  format: {{ .Values.log.format }}
{{- end -}}

{{- define "rogatory.s3PublicURL" -}}
{{- $s3 := .Values.broker.s3 -}}
{{- if $s3.publicURL -}}
{{- $s3.publicURL -}}
{{- else if $s3.embedded -}}
{{- printf "https://%s:%d" (include "rogatory.brokerHost" (dict "root" . "service" "s3")) (int .Values.broker.service.s3.port) -}}
{{- else -}}
{{- printf "https://%s" $s3.endpoint -}}
{{- end -}}
{{- end -}}

{{- define "rogatory.gatewayConfig" -}}
{{- $g := .Values.gateway -}}
network: {{ include "rogatory.network" . | quote }}
agency: {{ required "gateway.agency is required: the id of the gateway's agency" $g.agency | quote }}
data_dir: /var/lib/rogatory
keyring: /etc/rogatory/keys/keyring.json
creds: {{ ternary "" "/etc/rogatory/keys/gateway.creds" (empty $g.creds.existingSecret) | quote }}
broker:
  url: {{ include "rogatory.gatewayBrokerURL" . | quote }}
  ca: {{ ternary "" "/etc/rogatory/tls/broker/ca.crt" (include "rogatory.gatewayCA" . | empty) | quote }}
trust_pin: {{ include "rogatory.trustPin" . | quote }}
origin: {{ include "rogatory.origin" . | quote }}
ledger_vkeys:
  {{- toYaml .Values.ledger.vkeys | nindent 2 }}
listen: {{ printf "%s:8080" $g.bindAddress | quote }}
log:
  level: {{ .Values.log.level }}
  format: {{ .Values.log.format }}
{{- end -}}

{{- define "rogatory.gatewayBrokerURL" -}}
{{- default (include "rogatory.natsURL" .) .Values.gateway.broker.url -}}
{{- end -}}

{{/* The NATS of this release's broker. */}}
{{- define "rogatory.natsURL" -}}
{{- $nats := .Values.broker.nats -}}
{{- if $nats.embedded -}}
{{- printf "tls://%s:%d" (include "rogatory.brokerHost" (dict "root" . "service" "nats")) (int .Values.broker.service.nats.port) -}}
{{- else -}}
{{- $nats.url -}}
{{- end -}}
{{- end -}}

{{/* The Secret item with the gateway's CA, or nothing: the system's authorities. */}}
{{- define "rogatory.gatewayCA" -}}
{{- $ca := .Values.gateway.broker.ca -}}
{{- $tls := .Values.broker.nats.tls -}}
{{- $path := "tls/broker/ca.crt" -}}
{{- if $ca.existingSecret -}}
{{- include "rogatory.projectSecret" (dict "secret" $ca.existingSecret "items" (list (list $ca.key $path))) -}}
{{- else if and .Values.broker.enabled (empty .Values.gateway.broker.url) $tls.existingSecret $tls.caKey -}}
{{- include "rogatory.projectSecret" (dict "secret" $tls.existingSecret "items" (list (list $tls.caKey $path))) -}}
{{- end -}}
{{- end -}}
