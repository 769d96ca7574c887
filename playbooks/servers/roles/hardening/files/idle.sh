# An idle shell ends after ten minutes. Made by countynet; changes made here are overwritten.
if [ "${TMOUT:-}" != 600 ]; then
  readonly TMOUT=600
  export TMOUT
fi
