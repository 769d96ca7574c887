"""Public keys that nobody has the private half of."""

RSA = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDLL35YSaW82D13XfEtew9MALIF+Rz3+FCyeiGJp166tUZzaoSONwHj/zbiWR9j"
    "PUwCPJ/ip46X9Dc5qdaktXsPE8TD8D7mkIpEmPwsrXlHlCqxclF5FRf7gl39opty7tZLcxKjrsmwj2BSwK/PlBXZiy5E/6uSfdkv"
    "VVysraYQ+68bJBO6GR2ujwhFkpm/BW6JhD9PkccJiPheuSUewvID3s8GCoOG0nzu+7MDSmNzfuZttRsRnuFkJsZEIc+bdGMo8171"
    "o/54Y8CoYo1gz8frFfHeVnjcjy8qIJHKi6ztUJMUhF5QKY1mJmCdCxtc4itpd/VayB8JmCfkKhkvy+Rn"
)
ECDSA = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHLSBcmwlnyLVleNOZeFT5O1s7ux"
    "MopFpp1wMWnCuj2bhrIMgR2EuBVmUsJp9wsa93tLtVWVNhcAAMIdOuY6Jwk="
)
ECDSA_384 = (
    "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBENx1GHApXr+ZhTx9Fa+pEs3MXHV"
    "rqZalMc4a2SJPqA5I7PHGk0uCH+qbtJNfqfoUtQgvPoYtNrLf1tLZ+gcPsDbgE5E3nDLYIqD2k7bcGQ+d9idO68xfcRsi8vXhvNJ"
    "Kg=="
)
