{{- /* The pod of `archeio mirror sync`. Arguments: the root, and more arguments of the command. */ -}}
{{- define "archeio.mirrorPod" -}}
{{- $root := index . 0 -}}
{{- $mirror := $root.Values.mirror -}}
metadata:
  labels: {{- include "archeio.labels" (list $root "mirror") | nindent 4 }}
spec:
  serviceAccountName: {{ include "archeio.fullname" $root }}-mirror
  {{- include "archeio.podDefaults" $root | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: mirror
      {{- include "archeio.containerDefaults" $root | nindent 6 }}
      args:
        - mirror
        - sync
        - --config
        - /etc/archeio/mirror.yaml
        {{- range index . 1 }}
        - {{ . }}
        {{- end }}
      env:
        # No credentials there means none for the source.
        - { name: DOCKER_CONFIG, value: /etc/archeio-docker }
        {{- if gt (len (index . 1)) 0 }}
        - name: SHARD
          valueFrom:
            fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" }
        {{- end }}
        {{- range $name, $value := $mirror.environment }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
      {{- with $mirror.environmentFromSecrets }}
      {{- include "archeio.environmentFrom" . | nindent 6 }}
      {{- end }}
      resources: {{- toYaml $mirror.resources | nindent 8 }}
      volumeMounts:
        - { name: configuration, mountPath: /etc/archeio, readOnly: true }
        - { name: temporary, mountPath: /tmp }
        {{- if $mirror.dockerConfigSecret }}
        - { name: docker, mountPath: /etc/archeio-docker, readOnly: true }
        {{- end }}
  volumes:
    - name: configuration
      configMap: { name: {{ include "archeio.fullname" $root }}-mirror }
    - name: temporary
      emptyDir: { sizeLimit: 64Mi }
    {{- if $mirror.dockerConfigSecret }}
    - name: docker
      secret:
        secretName: {{ $mirror.dockerConfigSecret }}
        defaultMode: 0440
        items: [{ key: .dockerconfigjson, path: config.json }]
    {{- end }}
{{- end -}}
