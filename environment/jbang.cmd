@echo off
rem Runs an alias of this project's catalog on Windows, as environment/jbang does elsewhere.
rem NOT COVERED BY THE TESTS: they run environment/jbang only.
setlocal enableextensions disabledelayedexpansion

set "version=0.132.1"
rem Checksums: see environment/jbang
set "jar_sha256=f977075849cff866f45b27997f5671ab8a336a5dd3cf9e702b3479128338f3a7"
set "zip_sha256=93baab61cd5805f4fc9496527b2842af9ae45a5281e67b50d185ca76ec4fe85c"
set "release=https://github.com/jbangdev/jbang/releases/download/v%version%/jbang-%version%.zip"
for %%I in ("%~dp0..") do set "GENRELAB_HOME=%%~fI"
set "GENRELAB_JBANG=%~f0"
set "catalog=%GENRELAB_HOME%\jbang-catalog.json"
set "cache=%LOCALAPPDATA%\genrelab"
set "jar=%cache%\jbang-%version%.jar"
set "work=%TEMP%\genrelab-%RANDOM%%RANDOM%"

if "%~1"=="" goto usage
if "%~1"=="-h" goto usage
if "%~1"=="--help" goto usage

rem The alias's script, as the catalog names it: by the alias alone, JBang would take a folder of that
rem name, such as a run's cnn, for the script. PowerShell reads the alias as a variable, not as code
set arguments=%*
set "alias=%~1"
set "script="
set "quiet="
for /f "usebackq delims=" %%S in (`powershell -NoProfile -Command "(Get-Content -Raw -Encoding UTF8 -LiteralPath $env:catalog | ConvertFrom-Json).aliases.PSObject.Properties | Where-Object Name -ceq $env:alias | ForEach-Object { $_.Value.'script-ref' }"`) do set "script=%%S"
if not defined script goto command
set "script=%GENRELAB_HOME%\%script:/=\%"
rem --quiet is JBang's too, which tells on stderr what it compiles and downloads
echo(%*| findstr /l /c:" --quiet" >nul && set "quiet=--quiet"
rem What follows the alias, as it is: %2 and its successors would lose commas and equals signs
setlocal enabledelayedexpansion
for /f "tokens=1,*" %%A in ("!arguments!") do (
  endlocal
  set "arguments=%%B"
)
goto java
:command
echo(%~1| findstr /r /c:"^-" /c:"[@:/.\\]" >nul && goto java
echo( alias app build cache catalog completion config edit export info init jdk run template trust version wrapper | findstr /l /c:" %~1 " >nul && goto java
echo environment\jbang: '%~1' is neither an alias nor a JBang command; environment\jbang --help lists the aliases 1>&2
exit /b 2

:java
mkdir "%work%" || exit /b 1
set "bin="
if defined JAVA_HOME set "bin=%JAVA_HOME%\bin\"
if not defined bin for %%J in (javac.exe) do set "bin=%%~dp$PATH:J"
set "major="
if defined bin if exist "%bin%javac.exe" "%bin%java.exe" -XshowSettings:properties -version 2>&1 | findstr /c:"java.specification.version" > "%work%\java"
if exist "%work%\java" for /f "usebackq tokens=4 delims==. " %%V in ("%work%\java") do set "major=%%V"
if not defined major set "major=0"
if %major% LSS 17 set "why=no JDK 17 or newer (with javac) in JAVA_HOME or on PATH: install one, e.g. from https://adoptium.net" & goto fail

rem Every x86 machine of the last ten years has AVX2; GENRELAB_NATIVE names another classifier
if not defined GENRELAB_NATIVE set "GENRELAB_NATIVE=windows-x86_64-onednn-avx2"
rem OpenBLAS 0.3.19 takes slower kernels on processors younger than itself, and an OPENBLAS_CORETYPE
rem in the environment is meant for another OpenBLAS
set "OPENBLAS_CORETYPE=Haswell"
if defined GENRELAB_CORETYPE set "OPENBLAS_CORETYPE=%GENRELAB_CORETYPE%"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
set "JBANG_JAVA_OPTIONS=%JBANG_JAVA_OPTIONS% -Dgenrelab.native=%GENRELAB_NATIVE% -Dgenrelab.platform=windows-x86_64"
set "JBANG_USE_NATIVE=false"
if not defined JBANG_NO_VERSION_CHECK set "JBANG_NO_VERSION_CHECK=true"

rem The jbang on PATH, if it is another than this one and new enough
set "other="
for %%J in (jbang.cmd) do set "other=%%~$PATH:J"
if /i "%other%"=="%~f0" set "other="
if not defined other goto bring
call "%other%" --version 2>&1 | findstr /r "^[0-9][0-9]*\.[0-9][0-9]*\.[0-9]" > "%work%\version"
set "enough="
for /f "usebackq tokens=1-3 delims=." %%A in ("%work%\version") do (
  if %%A GTR 0 set "enough=yes"
  if %%A EQU 0 if %%B GTR 132 set "enough=yes"
  if %%A EQU 0 if %%B EQU 132 if %%C GEQ 1 set "enough=yes"
)
if not defined enough goto bring
rmdir /s /q "%work%"
rem Not in parentheses, which one in an argument would end
if not defined script goto other
call "%other%" %quiet% run "%script%" %arguments%
exit /b %ERRORLEVEL%
:other
call "%other%" %arguments%
exit /b %ERRORLEVEL%

:bring
if exist "%jar%" goto run
if not exist "%cache%" mkdir "%cache%"
echo [jbang] Bringing JBang %version%, once, into %cache% 1>&2
where mvn >nul 2>&1 || goto release
pushd "%work%"
call mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy "-Dartifact=dev.jbang:jbang-cli:%version%:jar:all" "-DoutputDirectory=." > log 2>&1
popd
set "file=%work%\jbang-cli-%version%-all.jar"
set "brought=%file%"
set "sha256=%jar_sha256%"
if exist "%file%" goto check
:release
set "file=%work%\jbang.zip"
set "brought=%work%\jbang-%version%\bin\jbang.jar"
set "sha256=%zip_sha256%"
powershell -NoProfile -Command "$ProgressPreference = 'SilentlyContinue'; Invoke-WebRequest -UseBasicParsing -Uri $env:release -OutFile $env:file"
if not exist "%file%" set "why=can't bring JBang: neither mvn nor %release% gave it; check the network, or install JBang (https://jbang.dev)" & goto fail
:check
powershell -NoProfile -Command "if ((Get-FileHash -Algorithm SHA256 -LiteralPath $env:file).Hash -ne $env:sha256) { exit 1 }"
if errorlevel 1 set "why=JBang as brought has not the SHA-256 %sha256%: removed, not run; try again or install JBang (https://jbang.dev)" & goto fail
if exist "%brought%" goto keep
pushd "%work%"
"%bin%jar.exe" xf jbang.zip jbang-%version%/bin/jbang.jar
popd
:keep
move /y "%brought%" "%jar%" >nul || set "why=can't write %jar%"
if not exist "%jar%" goto fail

:run
rem JBang's protocol, as in its own launcher: 255 says that the output is the command to run
set "JBANG_RUNTIME_SHELL=cmd"
set "JBANG_LAUNCH_CMD=%~f0"
if not defined script goto runcommand
"%bin%java.exe" %JBANG_JAVA_OPTIONS% -cp "%jar%" dev.jbang.Main %quiet% run "%script%" %arguments% > "%work%\output"
goto ran
:runcommand
"%bin%java.exe" %JBANG_JAVA_OPTIONS% -cp "%jar%" dev.jbang.Main %arguments% > "%work%\output"
:ran
set "status=%ERRORLEVEL%"
set "command="
if %status% EQU 255 for /f "usebackq delims=" %%C in ("%work%\output") do if not defined command set "command=%%C"
if not %status% EQU 255 type "%work%\output"
rmdir /s /q "%work%"
if not defined command exit /b %status%
%command%
exit /b %ERRORLEVEL%

:usage
echo Usage: environment\jbang ALIAS [options]     (ALIAS --help explains one)
echo(
powershell -NoProfile -Command "(Get-Content -Raw -Encoding UTF8 -LiteralPath $env:catalog | ConvertFrom-Json).aliases.PSObject.Properties | ForEach-Object { '  {0,-10}{1}' -f $_.Name, $_.Value.description }"
exit /b 0

:fail
echo environment\jbang: %why% 1>&2
rmdir /s /q "%work%"
exit /b 1
