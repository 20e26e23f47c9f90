#!/bin/sh
# Sets up tendigits from this folder, with no network: sh setup.sh [FOLDER]
# With another Python than python3: PYTHON=python3.12 sh setup.sh
exec "${PYTHON:-python3}" "$(dirname "$0")/install.py" "$@"
