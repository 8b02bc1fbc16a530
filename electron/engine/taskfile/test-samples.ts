/** Whole task files in the manner of those that ACR's documents and samples show: each must load without an error. */
export const samples: Readonly<Record<string, string>> = {
  'build and push': `version: v1.1.0
steps:
  # Build target image
  - build: -t $Registry/hello-world:$ID -f hello-world.dockerfile .
  # Push image
  - push:
      - $Registry/hello-world:$ID
`,
  'build, run, push with old templates': `version: v1.0.0
stepTimeout: 900
steps:
  - id: build
    build: -t {{.Run.Registry}}/web:{{.Run.ID}} -t {{.Run.Registry}}/web:latest .
  - id: smoke
    cmd: '{{.Run.Registry}}/web:{{.Run.ID}} --version'
    timeout: 60
  - push: ['{{.Run.Registry}}/web:{{.Run.ID}}', '{{.Run.Registry}}/web:latest']
    when: [smoke]
`,
  'several builds side by side': `version: v1.1.0
steps:
  - id: build-web
    build: -t $Registry/web:$ID web
    when: ["-"]
  - id: build-api
    build: -t $Registry/api:$ID --target release api
    when: ["-"]
  - id: test-web
    cmd: $Registry/web:$ID npm test
    when: ["build-web"]
    retries: 2
    retryDelay: 10
  - id: push-all
    push:
      - $Registry/web:$ID
      - $Registry/api:$ID
    when: ["test-web", "build-api"]
`,
  'a web server and a client on one network': `version: v1.1.0
steps:
  - id: hello-world-web
    build: -t hello-world-web .
  - id: web
    cmd: hello-world-web
    detach: true
    ports: ["8080:80"]
    when: [hello-world-web]
  - cmd: curl -sS --retry 5 http://web:80/
    when: [web]
  - cmd: docker stop web
    ignoreErrors: true
`,
  'networks of its own': `version: v1.1.0
networks:
  - name: front
    driver: bridge
    isDefault: true
  - {name: back, ipv6: false}
  - name: existing
    skipCreation: yes
steps:
  - id: db
    cmd: postgres:16
    network: back
    detach: true
    env: [POSTGRES_PASSWORD=example]
  - cmd: bash nc -z db 5432
    network: back
    retries: 5
    retryOnErrors: ["refused", "timed out"]
`,
  'secrets as files': `version: v1.1.0
secrets:
  - id: sampleSecret
    keyvault: https://myacbvault2.vault.azure.net/secrets/SampleSecret
  - id: otherSecret
    keyvault: https://myacbvault2.vault.azure.net/secrets/SampleSecret/0123456789abcdef
    clientID: c72b2df0-b9d8-4ac6-9363-7c1eb06c1c86
volumes:
  - name: mysecrets
    secret:
      mysecret1: {{.Secrets.sampleSecret | b64enc}}
      mysecret2: {{.Values.plain | default "nothing" | b64enc}}
steps:
  - cmd: bash cat /run/test/mysecret1 /run/test/mysecret2
    volumeMounts:
      - name: mysecrets
        mountPath: /run/test
  - cmd: bash -c 'wc -c < /run/again/mysecret1'
    volumeMounts: [{name: mysecrets, mountPath: /run/again}]
`,
  'a Helm release': `version: v1.1.0
alias:
  values:
    helm: cloudsamples.azurecr.io/helm:v3
    release: shop
    chart: charts/shop
steps:
  - build: -t $Registry/$release:$ID --build-arg VERSION=$ID .
  - push: ["$Registry/$release:$ID"]
  - cmd: helm package --app-version $ID --version 0.1.0-$ID $chart
  - cmd: >
      helm upgrade $release $chart
      --install
      --reuse-values
      --set image.repository=$Registry/$release
      --set image.tag=$ID
    env:
      - AZURE_CLIENT_ID={{.Values.clientId | default "none"}}
`,
  'aliases from elsewhere and of its own': `version: v1.1.0
alias:
  src: []
  values:
    repo: samples/app
    full: "{{.Run.Registry}}/samples/app:{{.Run.ID}}"
    tool: bash
  directive: "@"
steps:
  - build: -t @full -f @repo/Dockerfile .
  - cmd: tool echo "costs $5, @@home"
  - push: ["@Registry/@repo:@ID"]
`,
  'a script in a block': `version: v1.1.0
env:
  - MODE=ci,LEVEL=2
steps:
  - id: script
    cmd: |
      bash -c '
        set -e
        for f in a b; do echo "$f"; done
        echo $MODE > out.txt
      '
    workingDirectory: src
  - id: folded
    cmd: >-
      bash -c
      "cat out.txt"
    workingDirectory: src
`,
  'everything a cmd step can have': `version: 1.0-preview-1
workingDirectory: app
volumes: [{name: v, secret: {f: aGVsbG8=}}]
steps:
  - id: all
    cmd: -it --memory 1g alpine sleep 1
    env: [A=1, "B=two words", C=]
    workingDirectory: /abs
    disableWorkingDirectoryOverride: false
    entryPoint: /bin/sh
    user: "1000:1000"
    privileged: false
    cpus: "0.5"
    network: none
    ports: [80, "127.0.0.1:8081:81/udp"]
    expose: [82]
    volumeMounts: [{name: v, mountPath: /v}]
    detach: no
    keep: on
    pull: true
    cmdDownloadRetries: 2
    cmdDownloadRetryDelay: 3
    timeout: 30
    startDelay: 1
    retries: 1
    retryDelay: 2
    retryOnErrors: [503]
    repeat: 0
    ignoreErrors: true
`,
  'caches and platforms of a build': `version: v1.1.0
steps:
  - build: --platform linux/amd64,linux/arm64 --no-cache --pull --label a=b --secret id=npm,src=.npmrc --add-host h:10.0.0.1 -t $Registry/app:$ID --file build/Dockerfile .
    cache: enabled
    env: [DOCKER_BUILDKIT=1]
  - build: -t app https://github.com/Azure-Samples/acr-build-helloworld-node.git#main:src
    when: ["-"]
`,
  'anchors and merges': `version: v1.1.0
x-test: &test
  cmd: node:22 npm test
  retries: 2
steps:
  - <<: *test
    id: unit
    when: ["-"]
  - <<: *test
    id: slow
    timeout: 1200
    when: ["-"]
`,
  'loops of templates': `version: v1.1.0
steps:
{{- range $i, $name := splitList "," (.Values.names | default "web,api")}}
  - id: build-{{$name}}
    build: -t {{$.Run.Registry}}/{{$name}}:{{$.Run.ID}} {{$name}}
    when: ["-"]
{{- end}}
{{- if eq .Run.OS "linux"}}
  - cmd: bash echo on {{.Run.OS}}/{{.Run.Architecture}}
{{- end}}
`,
  'a multi-step task in flow style': `{version: v1.1.0, steps: [{build: "-t app ."}, {cmd: app, when: [acb_step_0]}, {push: [app]}]}\n`,
  'Windows line ends':
    'version: v1.1.0\r\nsteps:\r\n  # build\r\n  - build: -t $Registry/a:$ID .\r\n  - push: ["$Registry/a:$ID"]\r\n',
  'an empty file': '',
};
