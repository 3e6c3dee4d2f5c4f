; Setup.exe: installs the host for one user, without an administrator.
; makensis gets everything that varies as definitions from setup.ts:
;   STAGE folder with the files   PAYLOAD file with one !insertmacro ${EACH} per file   OUTPUT   ICON   WIZARD_PICTURE   VERSION
;   ID  HOST  COMMAND  PUBLISHER  NAME_JA  NAME_EN  SIZE_KB  TARGET  COMPRESSION  COMPRESS  [SIGN_UNINSTALLER]
;
; Exit codes: 0 done, 1 cancelled by the person, 2 could not be installed (the former version stays as it was),
;             3 a 32-bit Windows, 4 a Windows older than 10, 5 Setup is running already.

Unicode true
Target ${TARGET}
SetCompressor ${COMPRESSION}
SetCompress ${COMPRESS}
RequestExecutionLevel user
ManifestDPIAware true
CRCCheck force

!include MUI2.nsh
!include LogicLib.nsh
!include x64.nsh
!include WinVer.nsh
!include FileFunc.nsh

Name "$(ProductName)"
OutFile "${OUTPUT}"
BrandingText "$(ProductName) ${VERSION}"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN_ONCE_KEY "Software\Microsoft\Windows\CurrentVersion\RunOnce"
InstallDir "$LOCALAPPDATA\Programs\${ID}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
!macro describe language name
  VIAddVersionKey /LANG=${language} "ProductName" "${name}"
  VIAddVersionKey /LANG=${language} "FileDescription" "${name} Setup"
  VIAddVersionKey /LANG=${language} "CompanyName" "${PUBLISHER}"
  VIAddVersionKey /LANG=${language} "LegalCopyright" "${PUBLISHER}"
  VIAddVersionKey /LANG=${language} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${language} "ProductVersion" "${VERSION}"
!macroend

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${WIZARD_PICTURE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "$(WelcomeText)"
!define MUI_FINISHPAGE_TEXT "$(FinishText)"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; The first language is the one for systems in neither.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Japanese"
!insertmacro describe ${LANG_ENGLISH} "${NAME_EN}"
!insertmacro describe ${LANG_JAPANESE} "${NAME_JA}"

LangString ProductName ${LANG_ENGLISH} "${NAME_EN}"
LangString ProductName ${LANG_JAPANESE} "${NAME_JA}"
LangString WelcomeText ${LANG_ENGLISH} "This installs the part of ${NAME_EN} that looks at the card reader, the card and the card's driver on this PC, for Chrome and Edge.$\r$\n$\r$\nIt is installed for you alone and needs no administrator. It never asks for your card's PIN.$\r$\n$\r$\nClick Install."
LangString WelcomeText ${LANG_JAPANESE} "このPCのカードリーダー、HPKIカード、カードドライバーの状態をChromeとEdgeの${NAME_JA}に伝えるプログラムをインストールします。$\r$\n$\r$\nあなたの利用者アカウントだけに入り、管理者の権限は要りません。カードのPINをたずねることはありません。$\r$\n$\r$\n[インストール]をクリックしてください。"
LangString FinishText ${LANG_ENGLISH} "Installed. Go back to the browser and click $\"Check again$\" in ${NAME_EN}."
LangString FinishText ${LANG_JAPANESE} "インストールが終わりました。ブラウザーに戻り、${NAME_JA}の画面で「もう一度確認する」をクリックしてください。"
LangString Needs64Bit ${LANG_ENGLISH} "This PC runs a 32-bit Windows. ${NAME_EN} needs a 64-bit Windows 10 or 11.$\r$\n$\r$\nNothing was installed. Please use another PC."
LangString Needs64Bit ${LANG_JAPANESE} "このPCのWindowsは32ビット版です。${NAME_JA}には64ビット版のWindows 10またはWindows 11が必要です。$\r$\n$\r$\n何もインストールしていません。別のPCをお使いください。"
LangString NeedsWindows10 ${LANG_ENGLISH} "${NAME_EN} needs Windows 10 or 11. This Windows is older.$\r$\n$\r$\nNothing was installed. Please use another PC."
LangString NeedsWindows10 ${LANG_JAPANESE} "${NAME_JA}にはWindows 10またはWindows 11が必要です。このPCのWindowsはそれより古い版です。$\r$\n$\r$\n何もインストールしていません。別のPCをお使いください。"
LangString MachineWide ${LANG_ENGLISH} "An administrator has already installed ${NAME_EN} for everyone on this PC. If you install it for yourself as well, your own copy is the one your browser uses, and the administrator's updates no longer reach you.$\r$\n$\r$\nInstall it all the same?"
LangString MachineWide ${LANG_JAPANESE} "${NAME_JA}は、管理者によってこのPCの全員にインストールされています。ここでインストールすると、ブラウザーはあなた専用の方を使うようになり、管理者による更新が届かなくなります。$\r$\n$\r$\nそれでもインストールしますか。"
LangString AlreadyRunning ${LANG_ENGLISH} "Setup is already running."
LangString AlreadyRunning ${LANG_JAPANESE} "インストールはすでに実行中です。"
LangString Failed ${LANG_ENGLISH} "The files could not be written to$\r$\n$INSTDIR$\r$\n$\r$\nNothing was changed. Is the disk full, or does security software stand in the way?"
LangString Failed ${LANG_JAPANESE} "次の場所にファイルを書き込めませんでした。$\r$\n$INSTDIR$\r$\n$\r$\n何も変更していません。ディスクの空き容量と、セキュリティソフトの警告をご確認ください。"

Var Stamp
Var Broken

; ---- keys and folders shared by Setup and its uninstaller ----

!macro forEachBrowser macro
  !insertmacro ${macro} "Software\Google\Chrome\NativeMessagingHosts"
  !insertmacro ${macro} "Software\Microsoft\Edge\NativeMessagingHosts"
  !insertmacro ${macro} "Software\Chromium\NativeMessagingHosts"
!macroend

; What an upgrade had to move aside because it was in use. Fails silently for what still is.
!macro deleteReplaced
  Delete "$INSTDIR\replaced\*.old"
  RMDir "$INSTDIR\replaced"
!macroend

; ---- Setup ----

!macro registerBrowser parent
  WriteRegStr HKCU "${parent}\${HOST}" "" "$INSTDIR\${HOST}.json"
!macroend

!macro extractFile name
  File "/oname=${name}" "${STAGE}/${name}"
!macroend

; A running program can be renamed, not overwritten: the browser keeps its old host until it starts a new one.
; After the first failure nothing more is exchanged. (Looking at the error flag clears it: hence the variable.)
!macro swapFile name
  ${If} $Broken == ""
    ClearErrors
    ${If} ${FileExists} "$INSTDIR\${name}"
      Rename "$INSTDIR\${name}" "$INSTDIR\replaced\${name}.$Stamp.old"
    ${EndIf}
    ${If} ${Errors}
      StrCpy $Broken "${name}"
    ${Else}
      Rename "$INSTDIR\incoming\${name}" "$INSTDIR\${name}"
      ${If} ${Errors}
        StrCpy $Broken "${name}"
      ${EndIf}
    ${EndIf}
  ${EndIf}
!macroend

!macro swapFileBack name
  ${If} ${FileExists} "$INSTDIR\replaced\${name}.$Stamp.old"
    Delete "$INSTDIR\${name}"
    Rename "$INSTDIR\replaced\${name}.$Stamp.old" "$INSTDIR\${name}"
  ${EndIf}
  Delete "$INSTDIR\incoming\${name}"
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "$(Needs64Bit)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(NeedsWindows10)" /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
  ; The handle stays open as long as Setup runs. 183: ERROR_ALREADY_EXISTS.
  System::Call 'kernel32::CreateMutex(p 0, i 0, t "Local\${ID}-setup") p .r0 ?e'
  Pop $1
  ${If} $1 = 183
    MessageBox MB_OK|MB_ICONINFORMATION "$(AlreadyRunning)" /SD IDOK
    SetErrorLevel 5
    Quit
  ${EndIf}
  SetRegView 64
  ReadRegStr $0 HKLM "Software\Google\Chrome\NativeMessagingHosts\${HOST}" ""
  SetRegView default
  ${If} $0 != ""
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(MachineWide)" /SD IDYES IDYES goOn
    SetErrorLevel 1
    Quit
    goOn:
  ${EndIf}
FunctionEnd

Function failed
  !define EACH swapFileBack
  !include "${PAYLOAD}"
  !undef EACH
  RMDir "$INSTDIR\incoming"
  !insertmacro deleteReplaced
  RMDir "$INSTDIR"
  MessageBox MB_OK|MB_ICONSTOP "$(Failed)" /SD IDOK
  SetErrorLevel 2
  Quit
FunctionEnd

Section
  System::Call 'kernel32::GetTickCount() i .r0'
  StrCpy $Stamp $0
  !insertmacro deleteReplaced

  ; Everything is on the disk before anything is exchanged.
  SetOverwrite try
  ClearErrors
  SetOutPath "$INSTDIR\incoming"
  !define EACH extractFile
  !include "${PAYLOAD}"
  !undef EACH
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    Call failed
  ${EndIf}
  CreateDirectory "$INSTDIR\replaced"
  StrCpy $Broken ""
  !define EACH swapFile
  !include "${PAYLOAD}"
  !undef EACH
  ${If} $Broken != ""
    Call failed
  ${EndIf}
  RMDir "$INSTDIR\incoming"
  !insertmacro deleteReplaced

  WriteUninstaller "$INSTDIR\uninstall.exe"
  !insertmacro forEachBrowser registerBrowser
  ; Left by an uninstallation that found the host running; it would take the new one away.
  DeleteRegValue HKCU "${RUN_ONCE_KEY}" "${ID}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "$(ProductName)"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${COMMAND}.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ClearErrors
SectionEnd

; ---- uninstaller ----

; Only where it still points here: another copy may have registered itself since. The parents go when nothing is in
; them: they came with us on a PC without that browser. (DeleteRegKey /ifempty looks at subkeys, not at values.)
!macro unregisterBrowser parent
  ReadRegStr $0 HKCU "${parent}\${HOST}" ""
  ${If} $0 == "$INSTDIR\${HOST}.json"
    DeleteRegKey HKCU "${parent}\${HOST}"
    StrCpy $0 "${parent}"
    Call un.deleteEmptyKeys
  ${EndIf}
!macroend

; $0: a key below HKCU\Software. Deletes it and its parents as long as they are empty, up to Software itself.
Function un.deleteEmptyKeys
  ${DoUntil} $0 == "Software"
    EnumRegKey $1 HKCU $0 0
    ${If} $1 != ""
      ${Break}
    ${EndIf}
    ; The default value has an empty name too: only the error tells the end.
    ClearErrors
    EnumRegValue $1 HKCU $0 0
    ${IfNot} ${Errors}
      ${Break}
    ${EndIf}
    DeleteRegKey HKCU $0
    ${Do}
      StrCpy $0 $0 -1
      StrCpy $1 $0 1 -1
    ${LoopUntil} $1 == "\"
    StrCpy $0 $0 -1
  ${Loop}
  ClearErrors
FunctionEnd

; Ends the processes whose program lies in the installation folder, and no others of the same name.
; PROCESSENTRY32W: its size first, the process id at offset 8; 556 octets, 568 in a 64-bit program.
!if ${TARGET} == "amd64-unicode"
  !define PROCESSENTRY_SIZE 568
!else
  !define PROCESSENTRY_SIZE 556
!endif
Function un.endHosts
  StrLen $5 "$INSTDIR\"
  System::Call 'kernel32::CreateToolhelp32Snapshot(i 2, i 0) p .r1'
  System::Alloc ${PROCESSENTRY_SIZE}
  Pop $2
  System::Call '*$2(i ${PROCESSENTRY_SIZE})'
  System::Call 'kernel32::Process32FirstW(p r1, p r2) i .r0'
  ${DoWhile} $0 <> 0
    System::Call '*$2(i, i, i .r3)'
    ; PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE
    System::Call 'kernel32::OpenProcess(i 0x101001, i 0, i r3) p .r4'
    ${If} $4 P<> 0
      System::Call 'kernel32::QueryFullProcessImageNameW(p r4, i 0, w .r6, *i ${NSIS_MAX_STRLEN}) i .r0'
      StrCpy $6 $6 $5
      ${If} $0 <> 0
      ${AndIf} $6 == "$INSTDIR\"
        System::Call 'kernel32::TerminateProcess(p r4, i 0)'
        System::Call 'kernel32::WaitForSingleObject(p r4, i 5000)'
      ${EndIf}
      System::Call 'kernel32::CloseHandle(p r4)'
    ${EndIf}
    System::Call 'kernel32::Process32NextW(p r1, p r2) i .r0'
  ${Loop}
  System::Free $2
  System::Call 'kernel32::CloseHandle(p r1)'
FunctionEnd

!macro deleteFile name
  Delete "$INSTDIR\${name}"
!macroend

Section Uninstall
  ; The browsers first: none starts the host again while its files go.
  !insertmacro forEachBrowser unregisterBrowser
  Call un.endHosts
  !define EACH deleteFile
  !include "${PAYLOAD}"
  !undef EACH
  !insertmacro deleteReplaced
  Delete "$INSTDIR\uninstall.exe"
  ; What the host keeps for this user: the secret of the reports' tokens.
  Delete "$LOCALAPPDATA\${ID}\report-secret"
  RMDir "$LOCALAPPDATA\${ID}"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"
  ; Windows makes this folder for the first program that installs itself there. Goes only when empty.
  RMDir "$LOCALAPPDATA\Programs"
  ${If} ${FileExists} "$INSTDIR\${COMMAND}.exe"
  ${OrIf} ${FileExists} "$INSTDIR\koffi.node"
  ${OrIf} ${FileExists} "$INSTDIR\replaced\*.old"
    ; Still held by something: at the next log-on. (Deleting at a restart would need an administrator.) By name, since
    ; the folder may have been chosen by someone who keeps other things in it; Windows takes 260 characters here.
    ${GetFileName} "$INSTDIR" $0
    WriteRegStr HKCU "${RUN_ONCE_KEY}" "${ID}" 'cmd.exe /d /c cd /d "$INSTDIR" && (del /q ${COMMAND}.exe koffi.node replaced\*.old & rd replaced & cd .. & rd "$0")'
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd

!ifdef SIGN_UNINSTALLER
  !uninstfinalize '${SIGN_UNINSTALLER} "%1"' = 0
!endif
