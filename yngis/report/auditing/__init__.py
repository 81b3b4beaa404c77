"""Parts of a land audit (土地审计): collecting, summing, comparing, and writing what was found."""
