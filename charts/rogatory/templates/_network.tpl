{{- define "rogatory.brokerPorts" -}}
{{- if .Values.broker.nats.embedded }}
- {protocol: TCP, port: nats}
{{- end }}
{{- if .Values.broker.s3.embedded }}
- {protocol: TCP, port: s3}
{{- end }}
- {protocol: TCP, port: http}
{{- end -}}

{{- define "rogatory.brokerEgress" -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "rogatory.selectorLabels" (dict "root" $ "component" "broker") | nindent 10 }}
  ports:
    {{- include "rogatory.brokerPorts" . | trim | nindent 4 }}
{{- end -}}

{{- define "rogatory.dnsEgress" -}}
{{- with .Values.networkPolicy.dns -}}
- to:
    {{- toYaml . | nindent 4 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end }}
{{- end -}}
