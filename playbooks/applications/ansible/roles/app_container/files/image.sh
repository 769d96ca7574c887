#!/bin/sh
# image.sh load NAME DIGEST FILE: has podman hold the image of an OCI archive as NAME:<first 12 digits>, and refuses another.
# image.sh forget NAME [DIGEST]: removes the images of that name, but for the one of the digest.
# Both say `changed` if they did something.
set -eu
verb=$1 name=$2 digest=${3-}
short=$(echo "$digest" | cut -c 1-12)
case $verb in
  load)
    if podman image exists "$name:$short"; then exit 0; fi
    id=$(podman pull --quiet "oci-archive:$4")
    found=$(podman image inspect --format '{{.Digest}}' "$id")
    given=$(podman image inspect --format '{{range .RepoTags}}{{println .}}{{end}}' "$id")
    if [ "$found" = "sha256:$digest" ]; then podman tag "$id" "$name:$short"; fi
    for tag in $given; do # the archive's own name: another application's stay
      case $tag in localhost/countynet/*) ;; *) podman untag "$id" "$tag" ;; esac
    done
    if [ "$found" != "sha256:$digest" ]; then
      [ -n "$(podman image inspect --format '{{range .RepoTags}}{{println .}}{{end}}' "$id")" ] || podman rmi "$id" >/dev/null
      echo "镜像摘要不符 / the image has another digest: $found, not sha256:$digest" >&2
      exit 1
    fi
    echo changed
    ;;
  forget)
    command -v podman >/dev/null || exit 0
    for each in $(podman images --format '{{.Repository}}:{{.Tag}}'); do
      case $each in
        "$name:$short") ;;
        "$name":*)
          podman rmi --force "$each" >/dev/null
          echo changed
          ;;
      esac
    done
    ;;
esac
