# SPDX-License-Identifier: Apache-2.0
"""A directory tree shaped like what Linux on a CM5 shows of itself."""
import os
import pathlib

NODE = {
    "proc/sys/kernel/random/boot_id": "0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d\n",
    "proc/uptime": "86461.27 340000.11\n",
    "proc/loadavg": "0.42 0.40 0.35 2/180 1234\n",
    "proc/pressure/memory": "some avg10=1.25 avg60=0.10 avg300=0.00 total=123\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
    "proc/pressure/cpu": "some avg10=12.50 avg60=3.00 avg300=1.00 total=999\n",
    "proc/meminfo": "MemTotal:        8250164 kB\nMemFree:         7000000 kB\n",
    "proc/sys/kernel/hostname": "node-two\n",
    "proc/sys/kernel/osrelease": "6.12.25+rpt-rpi-2712\n",
    "etc/os-release": 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
    "sys/devices/system/cpu/online": "0-3\n",
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone0/temp": "52350\n",
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon0/temp1_input": "52350\n",
    "sys/class/hwmon/hwmon1/name": "rp1_adc\n",
    "sys/class/hwmon/hwmon2/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon2/in0_lcrit_alarm": "0\n",
    "sys/devices/platform/soc@107c000000/soc:firmware/get_throttled": "50005\n",
    "proc/net/route": "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n",
    "proc/sys/net/ipv4/conf/eth0/forwarding": "0\n",
}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.write(NODE)
        self.interface("eth0", "macb", "2c:cf:67:00:00:02", speed=1000)
        (self.root / "run").mkdir(exist_ok=True)

    def path(self, name):
        return self.root / name.lstrip("/")

    def write(self, files):
        for name, text in files.items():
            path = self.path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, name):
        return self.path(name).read_text(encoding="utf-8").strip()

    def remove(self, name):
        path = self.path(name)
        if path.is_dir() and not path.is_symlink():
            for child in path.iterdir():
                self.remove(child.relative_to(self.root).as_posix())
            path.rmdir()
        else:
            path.unlink()

    def interface(self, name, driver, mac, speed, state="up"):
        base = f"sys/class/net/{name}"
        self.write({
            f"{base}/operstate": f"{state}\n", f"{base}/speed": f"{speed}\n", f"{base}/duplex": "full\n", f"{base}/address": f"{mac}\n",
            f"{base}/carrier": "1\n", f"{base}/carrier_changes": "3\n", f"{base}/statistics/rx_errors": "7\n", f"{base}/statistics/tx_errors": "0\n",
            f"proc/sys/net/ipv4/conf/{name}/forwarding": "0\n",
        })  # fmt: skip
        device = self.path(f"{base}/device")
        device.mkdir(exist_ok=True)
        if not (device / "driver").is_symlink():
            os.symlink(f"../../../../bus/drivers/{driver}", device / "driver")

    def rtl8156(self, speed=2500):
        self.interface("enx00e04c680001", "r8152", "00:e0:4c:68:00:01", speed)

    def fan(self, number=3):
        base = f"sys/class/hwmon/hwmon{number}"
        self.write({f"{base}/name": "pwmfan\n", f"{base}/pwm1": "75\n", f"{base}/pwm1_enable": "2\n", f"{base}/fan1_input": "2450\n"})
        return base

    def nvme(self):
        base = "sys/class/nvme/nvme0"
        self.write({
            f"{base}/model": "Samsung SSD 980 500GB                   \n", f"{base}/serial": "S64DNL0T123456      \n",
            f"{base}/hwmon4/name": "nvme\n", f"{base}/hwmon4/temp1_input": "38850\n",
            f"{base}/device/current_link_speed": "5.0 GT/s PCIe\n", f"{base}/device/current_link_width": "1\n",
            "sys/block/nvme0n1/size": "976773168\n", "sys/block/mmcblk0/size": "1\n",
        })  # fmt: skip
