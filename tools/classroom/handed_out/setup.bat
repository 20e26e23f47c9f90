@echo off
rem Sets up tendigits from this folder, with no network: a double click, or: setup.bat FOLDER
where py >nul 2>nul
if errorlevel 1 (
  python "%~dp0install.py" %*
) else (
  py -3 "%~dp0install.py" %*
)
pause
