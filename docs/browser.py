"""Pictures of pages, as wide as a phone or a mail window, light and dark, by one headless Chromium.

    browser.py WIDTH SCHEME FROM.html TO.png [FROM.html TO.png ...]     SCHEME: light or dark

The browser is spoken to over its debugging pipe, since its command line knows no window narrower than 500 pixels and
no colour scheme. A page that is wider than WIDTH is an error: a reader would have to scroll sideways.
"""
import base64, itertools, json, os, pathlib, shutil, subprocess, sys, tempfile


class Browser:
    def __init__(self):
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()
        program = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("there is no chromium")
        self.profile = tempfile.mkdtemp()
        # The pipe's ends have to be the file descriptors 3 and 4.
        command = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
                   "--disable-lcd-text", f"--user-data-dir={self.profile}"]
        self.process = subprocess.Popen(["bash", "-c", command, program, *options], pass_fds=(to_browser, from_browser),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser), os.close(from_browser)
        self.ids, self.left, self.session = itertools.count(1), b"", None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def ask(self, method, **params):
        wanted = next(self.ids)
        message = {"id": wanted, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next()
            if answer.get("id") == wanted:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def next(self):
        while b"\0" not in self.left:
            got = os.read(self.read, 1 << 20)
            if not got:
                sys.exit("the browser has gone")
            self.left += got
        message, self.left = self.left.split(b"\0", 1)
        return json.loads(message)

    def picture(self, page, width, scheme):
        """The whole page as PNG, and how wide it really is."""
        size = dict(width=width, height=100, deviceScaleFactor=1, mobile=width < 500)
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=pathlib.Path(page).absolute().as_uri())
        while self.next().get("method") != "Page.loadEventFired":
            pass
        content = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = dict(x=0, y=0, width=width, height=content["height"], scale=1)
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"]), content["width"]

    def close(self):
        self.session = None
        self.ask("Browser.close")
        self.process.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)


def main():
    width, scheme, pages = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    browser, wide = Browser(), []
    for page, to in zip(pages[::2], pages[1::2]):
        png, real = browser.picture(page, width, scheme)
        pathlib.Path(to).write_bytes(png)
        if real > width:
            wide.append(f"{page}: {real:.0f} pixels wide, where {width} are shown")
    browser.close()
    sys.exit("\n".join(wide) or 0)


main()
