"""What images say of parcels (影像佐证): cover, disturbance, construction; never a finding."""
