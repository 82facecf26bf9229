{{- /* What follows from the configuration for ports and probes. Argument of each: the root. */ -}}

{{- /* The name of the port that clients use. */ -}}
{{- define "archeio.publicPort" -}}
{{- if (fromYaml .Values.configuration).tls }}https{{ else }}http{{ end -}}
{{- end -}}

{{- /* The port that redirects to https; empty without one. */ -}}
{{- define "archeio.redirectPort" -}}
{{- dig "tls" "redirect" "port" "" (fromYaml .Values.configuration) -}}
{{- end -}}

{{- /* Readiness asks the port that clients use. The kubelet cannot send a PROXY header: then it asks the admin port. */ -}}
{{- define "archeio.readiness" -}}
{{- if eq (dig "clientAddress" "topology" "" (fromYaml .Values.configuration)) "proxy-protocol" -}}
{ path: /readyz, port: admin }
{{- else -}}
{ path: /readyz, port: {{ include "archeio.publicPort" . }}, scheme: {{ include "archeio.publicPort" . | upper }} }
{{- end -}}
{{- end -}}
