{{/* Names are cut at 40 so that the longest suffix still fits in 52, the limit of a StatefulSet's name. */}}
{{- define "rogatory.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Call the three below with (dict "root" $ "component" "broker"). */}}
{{- define "rogatory.selectorLabels" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "rogatory.podLabels" -}}
{{- include "rogatory.selectorLabels" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "rogatory.labels" -}}
{{- include "rogatory.podLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: rogatory
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The label that lets a pod of this namespace through the broker's NetworkPolicy. */}}
{{- define "rogatory.clientLabel" -}}
{{ include "rogatory.fullname" . }}-client: "true"
{{- end -}}

{{- define "rogatory.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "rogatory.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Host of one of the broker's Services: (dict "root" $ "service" "nats"). */}}
{{- define "rogatory.brokerHost" -}}
{{- printf "%s-%s.%s.svc.%s" (include "rogatory.fullname" .root) .service .root.Release.Namespace .root.Values.clusterDomain -}}
{{- end -}}

{{/* Image reference: (dict "root" $ "image" .Values.image "tag" "0.1.0"). A digest beats the tag. */}}
{{- define "rogatory.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry -}}
{{- $name := .image.repository -}}
{{- if $registry -}}
{{- $name = printf "%s/%s" $registry .image.repository -}}
{{- end -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .tag .image.tag) -}}
{{- end -}}
{{- end -}}
