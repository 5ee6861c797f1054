{{/* What every pod of the chart has in common, the test pod included. */}}
{{- define "rogatory.podBase" -}}
serviceAccountName: {{ include "rogatory.serviceAccountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with concat .Values.imagePullSecrets (default list .Values.global.imagePullSecrets) | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "rogatory.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Where a pod may run: (dict "root" $ "component" "broker" "values" .Values.broker). */}}
{{- define "rogatory.scheduling" -}}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- $selector := dict "matchLabels" (include "rogatory.selectorLabels" . | fromYaml) }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{- toYaml (merge (dict "labelSelector" $selector) .) | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Environment: nothing but the runtime's memory limit; all settings are in the configuration file. */}}
{{- define "rogatory.env" -}}
{{- with .goMemLimit }}
env:
  - name: GOMEMLIMIT
    value: {{ . }}
{{- end }}
{{- end -}}

{{- define "rogatory.volumeMounts" -}}
- name: config
  mountPath: /etc/rogatory
  readOnly: true
- name: data
  mountPath: /var/lib/rogatory
- name: tmp
  mountPath: /tmp
{{- end -}}

{{/* Files of a Secret in the projected volume: (dict "secret" "name" "items" (list (list "key" "path"))). One key may serve several paths. */}}
{{- define "rogatory.projectSecret" -}}
- secret:
    name: {{ .secret | quote }}
    items:
      {{- range .items }}
      - key: {{ first . | quote }}
        path: {{ last . }}
      {{- end }}
{{- end -}}

{{- define "rogatory.dataClaim" -}}
- metadata:
    name: data
    {{- with .annotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    accessModes: [{{ .accessMode }}]
    {{- with .storageClass }}
    storageClassName: {{ . | quote }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size | quote }}
{{- end -}}
